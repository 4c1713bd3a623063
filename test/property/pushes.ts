import type { OnlineStore } from "@lockstep/online";
import { push } from "@lockstep/push";
import type { Registry } from "@lockstep/registry";
import fc from "fast-check";
import type { Row, Value } from "../oracle/index.js";
import type { Ask } from "./edges.js";
import type { Case } from "./model.js";

/** Rows that are pushed: each one of the case's as it is, or changed. */
export interface PushStep {
  readonly kind: "push";
  readonly rows: readonly {
    readonly row: number;
    readonly changes: Row;
    /** Picks the instant at which it is known, from the end where it is negative. */
    readonly at: number;
    readonly jitter: bigint;
    readonly asIs: boolean;
  }[];
  /** After so many appends the push dies, and is sent again; null: it does not. */
  readonly dies: number | null;
  readonly twice: boolean;
}

const changes = fc.record(
  {
    k1: fc.constantFrom<Value>("p", "", "é|", null),
    k2: fc.constantFrom<Value>(1n, 2n, null),
    id: fc.constantFrom<Value>("1", "2", "3"),
    part: fc.constantFrom<Value>(1, 2),
    version: fc.constantFrom<Value>(1n, 2n, 3n, 9n, null),
    gone: fc.constantFrom<Value>(false, false, true),
    a: fc.constantFrom<Value>(7n, 2n, null),
    b: fc.constantFrom<Value>(-0, 1.5, Number.NaN, 2e10),
    c: fc.constantFrom<Value>("x", "\uffff"),
    g: fc.constantFrom<Value>(0, 3),
  },
  { requiredKeys: [] },
);

export const pushSteps: fc.Arbitrary<PushStep> = fc.record({
  kind: fc.constant("push" as const),
  rows: fc.array(
    fc.record({
      row: fc.nat(40),
      changes,
      at: fc.nat(40),
      jitter: fc.constantFrom(0n, 0n, 1n, -1n, 60_000_000n, 3_600_000_000n),
      asIs: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  dies: fc.option(fc.nat(2), { nil: null, freq: 3 }),
  twice: fc.boolean(),
}) as fc.Arbitrary<PushStep>;

export const rowsToPush = ({ rows }: PushStep, c: Case, instants: readonly bigint[]): Row[] =>
  rows.flatMap(({ row, changes, at, jitter, asIs }) => {
    const base = c.rows[row % Math.max(1, c.rows.length)];
    if (!base) return [];
    if (asIs) return [base];
    return [{ ...base, ...changes, known: (instants.at(at % instants.length) as bigint) + jitter }];
  });

export interface PushWorld {
  readonly store: OnlineStore;
  readonly registry: Registry;
}

/** What is wrong with the answers. */
export async function pushRows(
  { store, registry }: PushWorld,
  step: PushStep,
  c: Case,
  rows: readonly Row[],
  T: bigint | null,
): Promise<string[]> {
  const send = (to: OnlineStore) => push({ project: "p", store: to, registry }, "events", rows);
  if (step.dies !== null) await send(dying(store, step.dies)).catch(ignoreDeath);
  const answers = await send(store);
  const again = step.twice ? await send(store) : [];
  const { source } = c.oracle;
  const ids = source.id === undefined ? [] : typeof source.id === "string" ? [source.id] : source.id;
  return rows.flatMap((row, i) => {
    const known = source.knownAt(row);
    const none = known === null || row["at"] === null || ids.some((id) => (row[id] ?? null) === null);
    const wanted = none ? ["REJECTED"] : T !== null && known <= T ? ["LATE"] : ["ACCEPTED", "DUPLICATE"];
    const [first, second] = [answers[i], again[i]];
    return [
      ...(first && wanted.includes(first.status) ? [] : [`pushed row ${i} was answered ${JSON.stringify(first)}`]),
      ...(!second || second.status === (wanted.length > 1 ? "DUPLICATE" : wanted[0])
        ? []
        : [`row ${i}, pushed again, was answered ${JSON.stringify(second)}`]),
    ];
  });
}

/** When each pushed row begins to count, and later, for its own key and for one that it may have left. */
export const pushedAsks = (c: Case, pushed: readonly Row[]): Ask[] =>
  pushed.flatMap((row, i) => {
    const known = c.oracle.source.knownAt(row);
    if (known === null) return [];
    const other = c.rows[i % c.rows.length] ?? row;
    const keyOf = (of: Row) => c.keys.map((k): Value => of[k] ?? null);
    return [
      { key: keyOf(row), t: known },
      { key: keyOf(row), t: known - 1n },
      { key: keyOf(other), t: known + 90_000_000n },
      { key: keyOf(row), t: known + 3_600_000_000n },
    ];
  });

const DEATH = "died";

function ignoreDeath(error: unknown): void {
  if (!(error instanceof Error) || error.message !== DEATH) throw error;
}

/** A store that takes so many appends, and half of the next. */
const dying = (store: OnlineStore, after: number): OnlineStore => {
  let left = after;
  return {
    ...store,
    kind: store.kind,
    read: (...args) => store.read(...args),
    remove: (...args) => store.remove(...args),
    append: async (generation, rows) => {
      if (left-- > 0) return store.append(generation, rows);
      await store.append(
        generation,
        rows.filter((_, i) => i % 2 === 0),
      );
      throw new Error(DEATH);
    },
  };
};
