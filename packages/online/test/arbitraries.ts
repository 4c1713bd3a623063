import { decimalText, formatDays, type StateLayout, type TypeIR, type Value } from "@lockstep/core";
import fc from "fast-check";
import type { PlainState } from "./batch.js";

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -300n, max: 300n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 51n, -(2n ** 51n), 2n ** 53n + 1n, 2n ** 56n, -(2n ** 49n)),
);
const int128 = fc.oneof(
  int64,
  fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }),
  fc.constantFrom(-(2n ** 127n), 2n ** 127n - 1n),
);
const float64 = fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN, Infinity, -Infinity, 5e-324));
const float32 = fc.oneof(fc.float(), fc.constantFrom(-0, Number.NaN, Infinity, -Infinity));
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom("", "\ufeffbom", "😀", "\0", "a".repeat(200), "é".repeat(100)),
);
const bytes = fc.uint8Array({ maxLength: 40 });
const date = fc.integer({ min: -3_000_000, max: 3_000_000 }).map(formatDays);

/** A value of the type, never null at the top. */
export function valueFor(type: TypeIR): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "bool":
      return fc.boolean();
    case "int32":
      return fc.integer();
    case "int64":
    case "timestamp":
    case "duration":
      return int64;
    case "int128":
      return int128;
    case "float32":
      return float32;
    case "float64":
      return float64;
    case "decimal": {
      const most = 10n ** BigInt(type.precision) - 1n;
      return fc.bigInt({ min: -most, max: most }).map((unscaled) => decimalText(unscaled, type.scale));
    }
    case "string":
    case "json":
      return text;
    case "bytes":
      return bytes;
    case "date":
      return date;
    case "list":
      return fc.array(nullable(type.element), { maxLength: 12 });
    case "vector":
      return fc.array(float32, { minLength: type.size, maxLength: type.size });
    case "struct":
      return fc.tuple(...type.fields.map((f) => nullable(f.type))).map((values) => {
        return Object.fromEntries(type.fields.map((f, i) => [f.name, values[i] as Value]));
      });
  }
}

export const nullable = (type: TypeIR): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 3, arbitrary: valueFor(type) }, { weight: 1, arbitrary: fc.constant(null) });

/** Objects as literals make them. */
export const PLAIN = { noNullPrototype: true } as const;

const instants = (max: number) => fc.uniqueArray(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), { maxLength: max });
const ascending = (list: readonly bigint[]) => [...list].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** States of a layout, in their storage columns, as a database could hand them out. */
export function stateOf(layout: StateLayout): fc.Arbitrary<PlainState> {
  const partials = (specs: StateLayout["lifetimes"][number]["partials"]) =>
    fc.tuple(...specs.map((spec) => fc.tuple(...spec.storage.map(({ type }) => nullable(type)))));
  const inputs = fc.tuple(...layout.inputs.map(({ type }) => nullable(type)));
  const latest = fc.record(
    {
      at: valueFor({ kind: "timestamp" }) as fc.Arbitrary<bigint>,
      values: fc.tuple(...(layout.latest?.inputs ?? []).map((i) => nullable(layout.inputs[i]?.type as TypeIR))),
    },
    PLAIN,
  );
  return fc.record(
    {
      latest: layout.latest ? fc.option(latest) : fc.constant(null),
      tiles: fc.tuple(
        ...layout.tiles.map((group) =>
          instants(9).chain((starts) => {
            const grid = ascending([...new Set(starts.map((s) => (s / BigInt(group.hop)) * BigInt(group.hop)))]);
            return fc.tuple(...grid.map((start) => partials(group.partials).map((p) => ({ start, partials: p }))));
          }),
        ),
      ),
      lifetimes: fc.tuple(...layout.lifetimes.map((group) => partials(group.partials))),
      events: instants(20).chain((at) =>
        fc.tuple(...ascending(at).map((a) => inputs.map((i) => ({ at: a, inputs: i })))),
      ),
    },
    PLAIN,
  );
}
