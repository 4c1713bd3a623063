import type { WindowFeature } from "./feature.js";
import { type Answer, evaluate, type OracleSource, type OracleView, type Row, type Type, type Value } from "./index.js";

export const S = 1_000_000n;
export const M = 60n * S;
export const H = 60n * M;
export const D = 24n * H;

export const int64: Type = { kind: "int64" };
export const float64: Type = { kind: "float64" };
export const text: Type = { kind: "string" };

/** Rows are (k, at, known, x, y); known defaults to at. */
export const source: OracleSource = {
  columns: [
    { name: "k", type: text },
    { name: "at", type: { kind: "timestamp" } },
    { name: "known", type: { kind: "timestamp" } },
    { name: "x", type: int64 },
    { name: "y", type: float64 },
    { name: "id", type: text },
    { name: "version", type: int64 },
    { name: "gone", type: { kind: "bool" } },
  ],
  eventTime: "at",
  knownAt: (row) => (row.known ?? null) as bigint | null,
};

export function row(at: bigint, x: bigint | null, more: Row = {}): Row {
  return { k: "a", at, known: at, x, ...more };
}

export const latest = { name: "x", kind: "row", type: int64, value: (r: Row): Value => r.x ?? null } as const;

export const view: OracleView = { keys: ["k"], source, reads: ["k", "at", "x", "y"], features: [latest] };

export const X = { type: int64, value: (r: Row): Value => r.x ?? null };
export const Y = { type: float64, value: (r: Row): Value => r.y ?? null };

export function x(rows: Row[], t: bigint, changes: Partial<OracleView> = {}, key: Value[] = ["a"]): Answer {
  return evaluate({ ...view, ...changes }, rows, key, t).x as Answer;
}

/** One lifetime aggregate, at an instant after every row unless told. */
export function windowed(rows: Row[], t: bigint, feature: Partial<WindowFeature>, key: Value[] = ["a"]): Answer {
  const whole: WindowFeature = {
    name: "w",
    kind: "window",
    aggregate: "lastN",
    n: 1000,
    arg: X,
    window: { shape: "lifetime" },
    ...feature,
  };
  return evaluate({ ...view, features: [whole] }, rows, key, t).w as Answer;
}

export function aggregated(type: Type, values: Value[], feature: Partial<WindowFeature>): Answer {
  const rows = values.map((_, i) => row(BigInt(i), BigInt(i)));
  const value = (r: Row): Value => values[Number(r.x)] ?? null;
  return windowed(rows, BigInt(values.length), { arg: { type, value }, ...feature });
}
