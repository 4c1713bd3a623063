import type { TypeIR, Value } from "@lockstep/core";
import type { PlainState } from "./batch.js";
import { everyView, layoutOf } from "./views.js";

export const goldenLayout = layoutOf(everyView);
export const goldenStamp = { t: 983_448_000_123_456n, run: 42 };

const VALUES: { readonly [name: string]: readonly [Value, Value] } = {
  at: [983_447_999_999_999n, -1n],
  bool: [true, false],
  int32: [-7, 2_147_483_647],
  int64: [-(2n ** 63n), 300n],
  float32: [1.5, Number.NaN],
  float64: [-0, 0.1],
  decimal: ["-12345678901234567890123456789012.345678", "0.000001"],
  text: ["Zürich 😀", ""],
  bytes: [Uint8Array.of(0, 255), new Uint8Array()],
  date: ["2001-03-01", "-000001-12-31"],
  json: ['{"a":[1]}', "null"],
  list: [[["1.50", null], null, []], []],
  vector: [
    [0.5, -0, Infinity],
    [1, 2, 3],
  ],
  struct: [
    { a: 1n, b: ["x", null], c: { d: true } },
    { a: null, b: null, c: null },
  ],
};

/** A value of the input: columns by their name, the predicate and what else there is by their type. */
const valueAt = (input: number, row: 0 | 1): Value => {
  const expr = goldenLayout.inputs[input]?.expr;
  return (expr?.kind === "column" ? VALUES[expr.name]?.[row] : null) ?? null;
};
const inputsOf = (row: 0 | 1) => goldenLayout.inputs.map((_, i) => valueAt(i, row));

/** A storage column's value, made from its type. */
const stored = (type: TypeIR, row: 0 | 1): Value => {
  if (type.kind === "int128") return row === 0 ? 2n ** 126n : -5n;
  const name = type.kind === "timestamp" ? "at" : type.kind === "string" ? "text" : type.kind;
  return VALUES[name]?.[row] ?? null;
};
const partials = (specs: (typeof goldenLayout.lifetimes)[number]["partials"], row: 0 | 1) =>
  specs.map((spec) => spec.storage.map(({ type }) => stored(type, row)));

/** A state with all parts and values of every type. */
export const goldenState: PlainState = {
  latest: {
    at: 983_447_000_000_000n,
    values: (goldenLayout.latest?.inputs ?? []).map((input) => valueAt(input, 0)),
  },
  tiles: goldenLayout.tiles.map(({ hop, partials: specs }) => {
    const first = (983_440_000_000_000n / BigInt(hop)) * BigInt(hop);
    return [
      { start: first, partials: partials(specs, 0) },
      { start: first + 3n * BigInt(hop), partials: partials(specs, 1) },
    ];
  }),
  lifetimes: goldenLayout.lifetimes.map(({ partials: specs }, g) => partials(specs, g === 0 ? 0 : 1)),
  events: [
    { at: 983_447_000_000_000n, inputs: inputsOf(0) },
    { at: 983_447_000_000_000n, inputs: inputsOf(1) },
    { at: 983_449_000_000_000n, inputs: goldenLayout.inputs.map(() => null) },
  ],
};

export const goldenKey: {
  readonly entity: string;
  readonly types: readonly TypeIR[];
  readonly values: readonly Value[];
} = {
  entity: "route",
  types: [
    { kind: "string" },
    { kind: "bool" },
    { kind: "int32" },
    { kind: "int64" },
    { kind: "decimal", precision: 10, scale: 2 },
    { kind: "bytes" },
    { kind: "date" },
    { kind: "timestamp" },
  ],
  values: ["Zürich", true, -7, -(2n ** 63n), "-12.50", Uint8Array.of(0, 255), "2001-03-01", 983_447_999_999_999n],
};
