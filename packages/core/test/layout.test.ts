import { describe, expect, it } from "vitest";
import {
  compileRepo,
  count,
  durationMicros,
  type Expr,
  type FeatureSet,
  featureView,
  last,
  max,
  mean,
  type RowOf,
  stateLayout,
  sum,
} from "../src/index.js";
import { airport, flights } from "./flights.js";

type Row = RowOf<typeof flights.columns>;

function layoutOf(features: (f: Row) => FeatureSet, asOf: "<=" | "<" = "<=") {
  const view = featureView("v", { entity: airport, source: flights, asOf, features });
  const [ir] = compileRepo("p", [view]).ir.views;
  if (!ir) throw new Error("no view");
  return stateLayout(ir);
}
const late = (f: Row): Expr => f.delay.gt(15);

describe("the inputs of a view", () => {
  it("are its distinct expressions, each once, in the order of their first use", () => {
    const layout = layoutOf((f) => ({
      a: f.delay,
      b: sum(f.delay).over("1h"),
      c: count().where(f.delay.gt(15)).over("1h"),
      d: f.delay.gt(15),
      e: f.delay,
    }));
    expect(layout.inputs.map((i) => i.type.kind)).toEqual(["int64", "bool"]);
    expect(layout.latest).toEqual({ inputs: [0, 1], asOf: "<=" });
    expect(layout.features.map((p) => (p.kind === "latest" ? p.slot : null))).toEqual([0, null, null, 1, 0]);
  });

  it("know no winner where there are only windows, and take the view's asOf where there is one", () => {
    expect(layoutOf(() => ({ n: count().over("1h") })).latest).toBeNull();
    expect(layoutOf((f) => ({ a: f.delay }), "<").latest?.asOf).toBe("<");
  });
});

describe("tiles", () => {
  it("of one hop, edge and offset are shared, and reach back as far as the widest window", () => {
    const layout = layoutOf((f) => ({
      a: sum(f.delay).over("1h"),
      b: sum(f.delay).over("3h"),
      c: mean(f.delay).over("2h"),
    }));
    expect(layout.tiles).toHaveLength(1);
    expect(layout.tiles[0]).toMatchObject({
      hop: durationMicros("5m"),
      bounds: "[)",
      offset: 0,
      reach: durationMicros("3h"),
    });
    // A mean is a sum and a count: the sum is the one that is there already.
    expect(layout.tiles[0]?.partials.map((p) => p.fn)).toEqual(["sum", "count"]);
    expect(layout.features.map((p) => (p.kind === "window" && p.closed.kind === "tiles" ? p.closed : null))).toEqual([
      { kind: "tiles", group: 0, partials: [0] },
      { kind: "tiles", group: 0, partials: [0] },
      { kind: "tiles", group: 0, partials: [0, 1] },
    ]);
  });

  it("of another hop, edge or offset are others", () => {
    const layout = layoutOf(() => ({
      a: count().over("1h"),
      b: count().over("1d"),
      c: count().over("1h", { bounds: "(]" }),
      d: count().over("1h", { offset: "5m" }),
    }));
    expect(layout.tiles.map((g) => [g.hop, g.bounds, g.offset])).toEqual([
      [durationMicros("5m"), "[)", 0],
      [durationMicros("1h"), "[)", 0],
      [durationMicros("5m"), "(]", 0],
      [durationMicros("5m"), "[)", durationMicros("5m")],
    ]);
  });

  it("keep a partial for each predicate, argument and treatment of nulls", () => {
    const layout = layoutOf((f) => ({
      all: count().over("1h"),
      late: count().where(f.delay.gt(15)).over("1h"),
      later: count().where(f.delay.gt(30)).over("1h"),
      late_too: count().where(f.delay.gt(15)).over("3h"),
      known: count(f.delay).over("1h"),
      newest: last(f.delay).over("1h"),
      newest_known: last(f.delay, { ignoreNulls: true }).over("1h"),
    }));
    const [group] = layout.tiles;
    expect(group?.partials.map((p) => [p.fn, p.input, p.where, p.ignoreNulls])).toEqual([
      ["count", null, null, false],
      ["count", null, 0, false],
      ["count", null, 1, false],
      ["count", 2, null, false],
      ["last", 2, null, false],
      ["last", 2, null, true],
    ]);
    const third = layout.features[3];
    expect(third?.kind === "window" && third.closed).toEqual({ kind: "tiles", group: 0, partials: [1] });
  });
});

describe("lifetimes", () => {
  it("share a group where they have one offset, whatever their upper edge", () => {
    const layout = layoutOf((f) => ({
      a: sum(f.delay).over("lifetime"),
      b: sum(f.delay).over("lifetime", { bounds: "(]" }),
      c: max(f.delay).over("lifetime"),
      d: sum(f.delay).over("lifetime", { offset: "1h" }),
    }));
    expect(layout.lifetimes.map((g) => [g.offset, g.partials.map((p) => p.fn)])).toEqual([
      [0, ["sum", "max"]],
      [durationMicros("1h"), ["sum"]],
    ]);
    expect(layout.rowsReach).toBe(durationMicros("1h"));
  });
});

describe("how far rows reach back", () => {
  it("is nothing where only closed parts are read", () => {
    expect(layoutOf((f) => ({ a: f.delay, b: count().over("7d"), c: count().over("lifetime") })).rowsReach).toBe(0);
  });

  it("is the greatest of the sliding windows with their offsets and of the others' offsets", () => {
    expect(
      layoutOf(() => ({
        a: count().over("1h", { shape: "sliding", offset: "10m" }),
        b: count().over("7d", { offset: "1h" }),
        c: count().over("30m", { shape: "sliding" }),
      })).rowsReach,
    ).toBe(durationMicros("70m"));
    expect(layoutOf(() => ({ a: count().over("1h", { offset: "2h" }) })).rowsReach).toBe(durationMicros("2h"));
  });

  it("leaves sliding windows no tiles", () => {
    const layout = layoutOf((f) => ({
      a: count()
        .where(late(f) as never)
        .over("1h", { shape: "sliding" }),
    }));
    expect(layout.tiles).toEqual([]);
    expect(layout.features[0]).toMatchObject({ kind: "window", closed: { kind: "rows" } });
  });
});

describe("what the store keeps of a partial", () => {
  it("is exact for integers and decimals, and a double for floats", () => {
    const layout = layoutOf((f) => ({
      a: sum(f.delay).over("1h"),
      b: sum(f.delay.toFloat64()).over("1h"),
      c: last(f.origin).over("1h"),
    }));
    expect(layout.tiles[0]?.partials.map((p) => p.storage.map((s) => [s.name, s.type.kind]))).toEqual([
      [["sum", "int128"]],
      [["sum", "float64"]],
      [
        ["value", "string"],
        ["at", "timestamp"],
      ],
    ]);
  });
});
