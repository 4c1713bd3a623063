import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../oracle/index.js";
import type { Random } from "../support/random.js";
import { definitionOf } from "./definitions.js";
import type { Run } from "./judge.js";
import { firstPurchases, newPurchases } from "./purchases.js";
import { type World, wallClock } from "./world.js";

const FIRST = 12_000;
const MORE = 200;

/** What changes under the server: rows come in, definitions are applied, and views are materialized. */
export interface Changes {
  readonly rows: Row[];
  readonly runs: Run[];
  /** New rows; a new version, every other time; a run. Then a pause, and again until it is told to end. */
  until(ended: AbortSignal, pauseMs: number): Promise<void>;
}

export async function changes(world: World, random: Random): Promise<Changes> {
  const rows: Row[] = [];
  const runs: Run[] = [];
  let version = 0;
  const add = async (more: Row[]) => {
    rows.push(...more);
    await world.write(more);
  };
  const apply = () => world.apply(definitionOf(++version));
  const materialize = async () => {
    const began = wallClock();
    const run: Run = { definition: definitionOf(version), watermark: began, began, ended: null };
    runs.push(run);
    await world.materialize(run.watermark);
    run.ended = wallClock();
  };
  await add(firstPurchases(random, wallClock(), FIRST));
  await apply();
  await materialize();
  return {
    rows,
    runs,
    until: async (ended, pauseMs) => {
      for (let round = 0; !ended.aborted; round++) {
        await add(newPurchases(random, wallClock(), MORE));
        if (round % 2 === 0) await apply();
        await materialize();
        await sleep(pauseMs, undefined, { signal: ended }).catch(() => {});
      }
    },
  };
}
