import { createReader, type FeatureReader } from "@lockstep/online";
import fc from "fast-check";
import { type Answer, evaluate, sameValue, type Value } from "../oracle/index.js";
import { edgeAsks } from "./edges.js";
import type { History } from "./history.js";
import { takeStep } from "./history-steps.js";
import { type Applied, openWorld, type World, type Written } from "./history-world.js";
import type { Case } from "./model.js";
import { pushedAsks } from "./pushes.js";

export interface HistoryCompared {
  readonly differences: readonly string[];
  readonly values: number;
  readonly present: number;
}

const EDGES = 10;

/** Where a store's answers are not what the oracle says, after each step of a history. */
export async function historyDifferences(history: History, processes: World["processes"]): Promise<HistoryCompared> {
  const world = await openWorld(history, processes);
  const counts = { differences: [] as string[], values: 0, present: 0 };
  for (const [number, step] of history.steps.entries()) {
    const wrong = await takeStep(world, step);
    for (const difference of [...wrong, ...(await worldDifferences(world, counts))]) {
      counts.differences.push(`after step ${number} (${step.kind}): ${difference}`);
    }
  }
  return counts;
}

/** Of what is served, of what was applied last, and of what was swept. */
async function worldDifferences(world: World, counts: Omit<HistoryCompared, "differences">): Promise<string[]> {
  const { served, runs } = await world.registry.state();
  const differences: string[] = [];
  const current = world.applied.find(({ version }) => version.version === served?.version);
  const written = (applied: Applied | undefined) => applied && world.written.get(applied.generation);
  // What the registry doesn't know to be complete, it doesn't prefer either.
  if (!written(current)?.whole && runs.some((r) => r.state === "complete")) {
    differences.push(`version ${served?.version} is served, and there is nothing of it`);
  }
  for (const applied of new Set([world.head, current])) {
    const own = written(applied);
    if (applied && own) differences.push(...(await appliedDifferences(world, applied, own, counts)));
  }
  for (const { generation, of, version } of world.applied) {
    if (!world.swept.has(generation)) continue;
    const code = await codeOf(readerOf(world, { generation, of, version }), of, world.wall);
    if (code !== "NOT_MATERIALIZED") differences.push(`a swept generation answers with ${code}`);
  }
  return differences;
}

async function appliedDifferences(
  world: World,
  applied: Applied,
  { whole, torn }: Written,
  counts: { values: number; present: number },
): Promise<string[]> {
  const { of: c } = applied;
  const reader = readerOf(world, applied);
  if (whole === null) {
    const code = await codeOf(reader, c, world.wall);
    return code === "NOT_MATERIALIZED" ? [] : [`before the first complete run it answers with ${code}`];
  }
  const differences: string[] = [];
  const pushed = world.pushed.get(applied.generation) ?? [];
  for (const ask of [
    ...edgeAsks(c, EDGES),
    ...c.asks,
    ...c.asks.map(({ key }) => ({ key, t: world.wall })),
    ...pushedAsks(c, pushed),
  ]) {
    if (ask.t < whole.t) continue;
    const gone = world.forgotten.some((key) => key.every((part, i) => part === ask.key[i]));
    const wanted = [whole, ...torn]
      .filter((s) => s.t <= ask.t)
      .map((s) =>
        evaluate(c.oracle, gone ? [] : [...s.rows], ask.key, ask.t, { knownAtMost: s.t, ...(gone ? {} : { pushed }) }),
      );
    const answer = await reader.read("s", [rowOf(c, ask.key)], { at: ask.t }).catch((error) => {
      // A key of the run that broke off, before that run's T.
      if (torn.some((s) => ask.t < s.t) && error.code === "BEFORE_WATERMARK") return null;
      throw error;
    });
    if (answer === null) continue;
    const found = answer.columns.map((column): [string, Value, string] => [
      column.name.slice("v__".length),
      column.values[0] as Value,
      column.statuses[0] as string,
    ]);
    counts.values += found.length;
    counts.present += found.filter(([, , status]) => status === "PRESENT").length;
    if (!wanted.some((w) => found.every((cell) => isAs(c, w, cell)))) {
      differences.push(
        `t ${ask.t} (T ${whole.t}) key ${String(ask.key)}: online ${fc.stringify(found)}, oracle ${fc.stringify(wanted)}`,
      );
    }
  }
  return differences;
}

function readerOf({ processes }: World, { version }: Applied): FeatureReader {
  const generations = new Map(Object.entries(version.generations));
  const serving = { repo: version.repo, computations: new Map(), generations };
  return createReader({ store: processes[1].store, serving: () => serving, now: () => 0n });
}

const rowOf = (c: Case, key: readonly Value[]) => Object.fromEntries(c.keys.map((k, i) => [k, key[i]]));

const codeOf = (reader: FeatureReader, c: Case, t: bigint): Promise<string> =>
  reader.read("s", [rowOf(c, c.asks[0]?.key ?? [])], { at: t }).then(
    () => "values",
    (error) => String(error.code),
  );

const isAs = (c: Case, wanted: Record<string, Answer>, [name, value, status]: [string, Value, string]): boolean => {
  const [answer, type] = [wanted[name], c.types.get(name)];
  return answer !== undefined && type !== undefined && sameValue(type, answer, value) && answer.status === status;
};
