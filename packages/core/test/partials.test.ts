import {
  AGGREGATES,
  type AggregateName,
  finishAggregate,
  PARTIALS,
  type State,
  type TypeIR,
  type Value,
} from "@lockstep/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aggregated } from "../../../test/oracle/fixtures.js";
import { sameValue, type Type } from "../../../test/oracle/index.js";

/** An aggregate over values of which each stretch up to a cut is merged first, as tiles are. */
function inPieces(
  aggregate: AggregateName,
  type: TypeIR,
  values: readonly Value[],
  cuts: readonly number[],
  params = {},
) {
  const states = AGGREGATES[aggregate].partials.map((fn): State => {
    const { lift, merge } = PARTIALS[fn];
    const of = { argument: type, ...params };
    const lifted = values.map((value, i) => lift(value, BigInt(i), of));
    const edges = [0, ...cuts, values.length].sort((a, b) => a - b);
    return merge(
      edges.slice(1).map((to, i) => merge(lifted.slice(edges[i], to), of)),
      of,
    );
  });
  const argument = { kind: "column", name: "x", type } as const;
  return finishAggregate({ aggregate, argument, params }, states);
}

const FLOAT64: Type = { kind: "float64" };
// The squares of smaller numbers are rounded off by the end of float64's range.
const float = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-100),
  fc.constantFrom(0, -0, 1, 1, 1e9, 1e9 + 1, 1e9 + 2, Number.NaN, Number.POSITIVE_INFINITY),
);
const floats = fc.array(fc.option(float), { maxLength: 30 });
const cutsOf = fc.array(fc.nat(30), { maxLength: 4 });

describe("merged in pieces, an aggregate is what the oracle says", () => {
  const all = Object.keys(AGGREGATES) as AggregateName[];
  test.each(all)("%s", (aggregate) => {
    fc.assert(
      fc.property(
        floats,
        cutsOf,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0, 0.07, 0.5, 1),
        (values, cuts, n, p) => {
          const params = aggregate.endsWith("N") ? { n } : aggregate === "quantile" ? { p } : {};
          const inside = cuts.map((cut) => Math.min(cut, values.length));
          const actual = inPieces(aggregate, FLOAT64 as TypeIR, values, inside, params);
          const expected = aggregated(FLOAT64, values, { aggregate, ...params });
          const type: Type = aggregate.endsWith("N") ? { kind: "list", element: FLOAT64 } : FLOAT64;
          if (!sameValue(type, expected, actual as never)) expect(actual).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("variance", () => {
  test("stays precise where values lie close together and far from zero", () => {
    const values = Array.from({ length: 1000 }, (_, i) => 1e12 + (i % 4));
    const actual = inPieces("varPop", { kind: "float64" }, values, [10, 500, 501]);
    expect(Math.abs((actual as number) - 1.25)).toBeLessThan(1e-4);
  });
});

describe("countDistinct", () => {
  test("of lists and structs goes by their parts, with one zero and one NaN", () => {
    const list: TypeIR = { kind: "list", element: { kind: "float64" } };
    expect(inPieces("countDistinct", list, [[0], [-0], [Number.NaN], [Number.NaN], [], [null], [0, 1]], [2])).toBe(5n);
    const struct: TypeIR = { kind: "struct", fields: [{ name: "a", type: { kind: "string" } }] };
    expect(inPieces("countDistinct", struct, [{ a: "x" }, { a: null }, { a: "x" }, { a: "null" }, null], [1])).toBe(3n);
    const bytes: TypeIR = { kind: "bytes" };
    expect(
      inPieces(
        "countDistinct",
        bytes,
        [Uint8Array.of(1), Uint8Array.of(1), Uint8Array.of(16), Uint8Array.of(1, 0)],
        [1],
      ),
    ).toBe(3n);
  });
});
