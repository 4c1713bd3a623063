import { setTimeout as sleep } from "node:timers/promises";
import { compileRepo, count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import { Database } from "@lockstep/offline";
import { createReader, type FeatureReader, type OnlineStore } from "@lockstep/online";
import type { AppliedVersion } from "@lockstep/registry";
import { memoryRegistry } from "../support/memory-registry.js";
import { type Random, randomFrom } from "../support/random.js";
import { tablesOf } from "../support/tables.js";

const KEYS = 300;
/** Several such tests share the machine. */
const PAUSE_MS = 25;

/** What came of runs and reads that went on while the network failed. */
export interface Witness {
  /** The last T that a run was acknowledged at. */
  readonly acknowledged: number;
  readonly runs: number;
  readonly reads: number;
  /** Codes of the errors of runs, and of reads. */
  readonly runErrors: ReadonlySet<string>;
  readonly readErrors: ReadonlySet<string>;
  /** Answers that no state of the store can have given. */
  readonly wrong: readonly string[];
}

const customer = entity("customer", { k: t.int64() });
const source = parquet("events", {
  path: "",
  columns: { at: t.timestamp(), k: t.int64(), v: t.int64() },
  eventTime: "at",
});
const view = featureView("v", {
  entity: customer,
  source,
  features: (f) => ({ v: f.v, n: count().over("lifetime", { bounds: "(]" }) }),
});

/** At every T each key's row happens, and its value is T. */
const rowsAt = (n: number) => Array.from({ length: KEYS }, (_, k) => ({ at: BigInt(n), k: BigInt(k), v: BigInt(n) }));

/** Materializes at one T after another, and reads all the while, until the work given is done. */
export async function witness(store: OnlineStore, work: (runs: () => number) => Promise<void>): Promise<Witness> {
  const db = await Database.open({ threads: 1 });
  const { ir: repo } = compileRepo("p", [featureService("s", [view])]);
  const version: AppliedVersion = {
    ...{ version: 1, repo, bundle: "", generations: { v: 1 }, appliedAt: "", appliedBy: "" },
  };
  const registry = memoryRegistry();
  const serving = { repo, computations: new Map(), generations: new Map([["v", 1]]) };
  const reader = createReader({ store, serving: () => serving, now: () => 0n });
  const seen = {
    ...{ acknowledged: 0, attempted: 0, runs: 0, reads: 0, wrong: [] as string[] },
    ...{ runErrors: new Set<string>(), readErrors: new Set<string>() },
  };
  let over = false;

  const run = async (): Promise<void> => {
    const n = ++seen.attempted;
    const sources = await tablesOf(db, repo, { events: rowsAt(n) });
    await materialize({ db, version, sources, store, registry, now: BigInt(n) });
    seen.acknowledged = n;
    seen.runs++;
  };
  const runs = async (): Promise<void> => {
    while (!over) {
      await run().catch(noting(seen.runErrors));
      await sleep(PAUSE_MS);
    }
  };
  const random = randomFrom(1);
  const reads = async (): Promise<void> => {
    while (!over) {
      const least = seen.acknowledged;
      const found = await readSome(reader, random).catch(noting(seen.readErrors));
      await sleep(PAUSE_MS);
      if (!found) continue;
      seen.reads++;
      for (const value of found) {
        const fits = value !== null && value >= BigInt(least) && value <= BigInt(seen.attempted);
        if (!fits) seen.wrong.push(`${value} where ${least} was acknowledged, ${seen.attempted} attempted`);
      }
    }
  };

  await run();
  const going = [runs(), reads(), reads()];
  try {
    await work(() => seen.runs);
  } finally {
    over = true;
    await Promise.all(going);
    db.close();
  }
  return seen;
}

/** The values of some keys, all of one answer. */
async function readSome(reader: FeatureReader, random: Random): Promise<(bigint | null)[]> {
  const keys = Array.from({ length: 5 }, () => ({ k: BigInt(random(KEYS)) }));
  const answer = await reader.read("s", keys);
  if (answer.errors.length > 0) throw new Error(JSON.stringify(answer.errors));
  return answer.columns.flatMap((c) => (c.name === "v__v" ? (c.values as (bigint | null)[]) : []));
}

/** The value of each key, from any store that has them. */
export async function allValues(store: OnlineStore): Promise<bigint[]> {
  const { ir: repo } = compileRepo("p", [featureService("s", [view])]);
  const serving = { repo, computations: new Map(), generations: new Map([["v", 1]]) };
  const reader = createReader({ store, serving: () => serving, now: () => 0n });
  const answer = await reader.read(
    "s",
    Array.from({ length: KEYS }, (_, k) => ({ k: BigInt(k) })),
  );
  return answer.columns.flatMap((c) => (c.name === "v__v" ? (c.values as bigint[]) : []));
}

const noting =
  (codes: Set<string>) =>
  (error: unknown): void => {
    const { code } = error as { code?: unknown };
    codes.add(typeof code === "string" ? code : String(error));
  };
