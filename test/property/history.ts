import { compileRepo } from "@lockstep/core";
import { type MaterializeOptions, materialize } from "@lockstep/ingest";
import type { Database } from "@lockstep/offline";
import { createReader, type OnlineStore } from "@lockstep/online";
import type { AppliedVersion } from "@lockstep/registry";
import fc from "fast-check";
import { type Answer, evaluate, type Row, sameValue, type Value } from "../oracle/index.js";
import { memoryRegistry } from "../support/memory-registry.js";
import { edgeAsks } from "./edges.js";
import { type Case, cases } from "./model.js";
import { type PushStep, pushedAsks, pushRows, pushSteps, rowsToPush } from "./pushes.js";
import { loadRows, tableSources } from "./table-source.js";

/** What is done to a store, one after another. `at` picks an instant of the case. */
type Step =
  | { readonly kind: "run" | "full" | "broken" | "again"; readonly at: number; readonly jitter: bigint }
  | { readonly kind: "range"; readonly at: number; readonly jitter: bigint; readonly to: number }
  | PushStep;

export interface History {
  readonly of: Case;
  readonly lookback: bigint;
  readonly steps: readonly Step[];
}

const MINUTE = 60_000_000n;
const at = fc.nat(40);
const jitter = fc.constantFrom(0n, 0n, -1n, 1n);

const run = fc.record({ kind: fc.constantFrom("run", "run", "run", "full", "broken", "again" as const), at, jitter });
const range = fc.record({ kind: fc.constant("range" as const), at, jitter, to: at });

const historiesOf = (of: fc.Arbitrary<Case>, step: fc.Arbitrary<unknown>, maxLength: number) =>
  fc.record({
    of,
    lookback: fc.constantFrom(0n, 1n, MINUTE, 60n * MINUTE, 1440n * MINUTE),
    steps: fc.array(step, { minLength: 2, maxLength }),
  }) as fc.Arbitrary<History>;

export const histories = historiesOf(cases, fc.oneof(run, range), 6);

/** Of sources whose rows are pushed too, between runs and before the first. */
export const pushHistories = historiesOf(
  cases.filter((c) => c.push && c.rows.length > 1),
  fc.oneof(run, run, range, pushSteps, pushSteps),
  9,
);

let generation = 1_000_000;

export interface HistoryCompared {
  readonly differences: readonly string[];
  readonly values: number;
  readonly present: number;
  readonly increments: number;
  readonly pushed: number;
}

/** Where a store's answers are not what the oracle says, after each step of a history. */
export async function historyDifferences(db: Database, store: OnlineStore, history: History): Promise<HistoryCompared> {
  const { of: c, lookback, steps } = history;
  const { ir, computations } = compileRepo("p", [c.service]);
  const repo = { ...ir, sources: ir.sources.map((s) => ({ ...s, lookback: Number(lookback) })) };
  const generations = { v: ++generation };
  const version: AppliedVersion = { version: 1, repo, bundle: "", generations, appliedAt: "", appliedBy: "" };
  const registry = memoryRegistry();
  const serving = { repo, computations, generations: new Map(Object.entries(generations)) };
  const reader = createReader({ store, serving: () => serving, now: () => 0n });
  const counts = { differences: [] as string[], values: 0, present: 0, increments: 0, pushed: 0 };
  const instants = instantsOf(c);
  /** What is complete, and the runs that broke off since: their T and the rows that there were. */
  let whole: { t: bigint; rows: Row[] } | null = null;
  let torn: { t: bigint; rows: Row[] }[] = [];
  let wall = instants[0] as bigint;
  const pushed: Row[] = [];

  const compare = async (number: number) => {
    if (whole === null) return;
    const base = whole;
    const states = [base, ...torn];
    for (const ask of [
      ...edgeAsks(c, 12),
      ...c.asks,
      ...c.asks.map(({ key }) => ({ key, t: wall })),
      ...pushedAsks(c, pushed),
    ]) {
      if (ask.t < base.t) continue;
      const row = Object.fromEntries(c.keys.map((k, i) => [k, ask.key[i]]));
      const wanted = states
        .filter((s) => s.t <= ask.t)
        .map((s) => evaluate(c.oracle, s.rows, ask.key, ask.t, { knownAtMost: s.t, pushed }));
      const answer = await reader.read("s", [row], { at: ask.t }).catch((error) => {
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
        counts.differences.push(
          `step ${number}, t ${ask.t} (T ${base.t}) key ${String(ask.key)}: online ${fc.stringify(found)}, oracle ${fc.stringify(wanted)}`,
        );
      }
    }
  };

  for (const [number, step] of steps.entries()) {
    if (step.kind === "push") {
      if (!c.push) continue;
      const rows = rowsToPush(step, c, instants);
      const wrong = await pushRows({ db, store, registry, version }, step, c, rows, whole?.t ?? null);
      counts.differences.push(...wrong.map((what) => `step ${number}: ${what}`));
      pushed.push(...rows);
      counts.pushed += rows.length;
      if (whole !== null) await compare(number);
      continue;
    }
    const t = (instants[step.at % instants.length] as bigint) + step.jitter;
    // An old run again: of the rows that there are by now. No other goes back.
    const watermark = step.kind === "again" ? t : t > wall ? t : wall;
    if (step.kind === "again" && (whole === null || t >= wall)) continue;
    if (step.kind === "range" && whole === null) continue;
    if (step.kind !== "again" && step.kind !== "range") wall = watermark;
    // These two add nothing that the last whole run has not seen.
    const seen: { rows: Row[] } | null = step.kind === "range" || step.kind === "again" ? whole : null;
    const rows: Row[] = seen?.rows ?? c.rows.filter((row, i) => isThere(row, i, c, lookback, wall));
    const table = await loadRows(db, rows);
    const context = { db, version, sources: tableSources(table), registry, now: wall };
    const options = optionsOf(step, instants, watermark, t);
    try {
      if (step.kind === "broken") {
        await materialize({ ...context, store: breaking(store, number) }, options).catch(ignoreBreak);
        torn.push({ t: watermark, rows });
      } else {
        const [result] = await materialize({ ...context, store }, options);
        if (result?.mode === "incremental") counts.increments++;
        if (step.kind === "run" || step.kind === "full") [whole, torn] = [{ t: watermark, rows }, []];
      }
    } finally {
      await db.run(`DROP TABLE ${table}`);
    }
    await compare(number);
  }
  return counts;
}

const isAs = (c: Case, wanted: Record<string, Answer>, [name, value, status]: [string, Value, string]): boolean => {
  const [answer, type] = [wanted[name], c.types.get(name)];
  return answer !== undefined && type !== undefined && sameValue(type, answer, value) && answer.status === status;
};

/** A row arrives up to `lookback` after it is known; some that are not known yet are there before. */
function isThere(row: Row, index: number, c: Case, lookback: bigint, wall: bigint): boolean {
  const known = c.oracle.source.knownAt(row);
  if (known === null || (known > wall && index % 4 === 0)) return true;
  return known + (lookback * BigInt((index * 7) % 3)) / 2n <= wall;
}

function instantsOf(c: Case): bigint[] {
  const known = c.rows.flatMap((row) => c.oracle.source.knownAt(row) ?? []);
  const happened = c.rows.flatMap((row) => (row[c.oracle.source.eventTime] as bigint | null) ?? []);
  const all = [...known, ...happened, c.watermark].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return all;
}

function optionsOf(
  step: Exclude<Step, PushStep>,
  instants: readonly bigint[],
  watermark: bigint,
  t: bigint,
): MaterializeOptions {
  if (step.kind === "range") {
    const other = instants[step.to % instants.length] as bigint;
    return { range: t < other ? { from: t, to: other } : { from: other, to: t + 1n } };
  }
  return { watermark, full: step.kind === "full" };
}

const BREAK = "broken off";

function ignoreBreak(error: unknown): void {
  if (!(error instanceof Error) || error.message !== BREAK) throw error;
}

/** A store that writes some of the states, and then is gone: at once, or after the first call. */
function breaking(store: OnlineStore, seed: number): OnlineStore {
  const gone = () => Promise.reject(new Error(BREAK));
  let whole = seed % 2;
  return {
    ...store,
    kind: store.kind,
    read: (...args) => store.read(...args),
    append: (...args) => store.append(...args),
    rows: (...args) => store.rows(...args),
    write: async (generation, states) => {
      if (whole-- > 0) return store.write(generation, states);
      await store.write(
        generation,
        states.filter((_, i) => (i + seed) % 3 > 0),
      );
      return gone();
    },
    publish: gone,
    removeOlder: gone,
  };
}
