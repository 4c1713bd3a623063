import { describe, expect, it } from "vitest";
import { H, row, source, view, windowed, x } from "./fixtures.js";
import { evaluate, type OracleView, trainingFrame } from "./index.js";

describe("section 4: row features", () => {
  const rows = [row(10n, 1n), row(20n, 2n), row(30n, null)];

  it("takes the latest visible event, its own instant included", () => {
    expect(x(rows, 9n)).toEqual({ value: null, status: "MISSING" });
    expect(x(rows, 10n)).toEqual({ value: 1n, status: "PRESENT" });
    expect(x(rows, 19n)).toEqual({ value: 1n, status: "PRESENT" });
    expect(x(rows, 20n)).toEqual({ value: 2n, status: "PRESENT" });
  });

  it("lets a null win", () => expect(x(rows, 30n)).toEqual({ value: null, status: "NULL" }));

  it("leaves out the instant itself with asOf <", () => {
    expect(x(rows, 10n, { asOf: "<" }).status).toBe("MISSING");
    expect(x(rows, 20n, { asOf: "<" }).value).toBe(1n);
    expect(x(rows, 21n, { asOf: "<" }).value).toBe(2n);
  });

  it("expires beyond ttl, not at it", () => {
    expect(x(rows, 25n, { ttl: 5n }).status).toBe("PRESENT");
    expect(x(rows, 26n, { ttl: 5n })).toEqual({ value: null, status: "EXPIRED" });
    expect(x(rows, 35n, { ttl: 5n }).status).toBe("NULL");
    expect(x(rows, 36n, { ttl: 5n }).status).toBe("EXPIRED");
    expect(x(rows, 9n, { ttl: 5n }).status).toBe("MISSING");
    expect(x(rows, 20n, { ttl: 0n }).status).toBe("PRESENT");
    expect(x(rows, 21n, { ttl: 0n }).status).toBe("EXPIRED");
  });

  it("runs ttl from eventTime, however late the row was known", () => {
    const late = [row(10n, 1n, { known: 100n })];
    expect(x(late, 99n, { ttl: 50n }).status).toBe("MISSING");
    expect(x(late, 100n, { ttl: 50n }).status).toBe("EXPIRED");
    expect(x(late, 100n, { ttl: 90n }).status).toBe("PRESENT");
  });

  it("counts a row known before its eventTime from its eventTime", () => {
    const early = [row(10n, 1n, { known: 3n })];
    expect(x(early, 9n).status).toBe("MISSING");
    expect(x(early, 10n).value).toBe(1n);
    expect(windowed(early, 10n, { aggregate: "count", bounds: "(]" }).value).toBe(1n);
    expect(windowed(early, 9n, { aggregate: "count", bounds: "(]" }).value).toBe(0n);
  });

  it("keeps a late old row behind a newer one", () => {
    expect(x([row(20n, 2n), row(10n, 1n, { known: 25n })], 30n).value).toBe(2n);
  });

  it("reads a date as its midnight", () => {
    const days: OracleView = {
      ...view,
      source: {
        ...source,
        columns: source.columns.map((c) => (c.name === "at" ? { name: "at", type: { kind: "date" } } : c)),
      },
    };
    const day = { k: "a", at: "1969-12-31", known: 5n, x: 7n };
    expect(evaluate({ ...days, ttl: 24n * H + 5n }, [day], ["a"], 5n).x?.status).toBe("PRESENT");
    expect(evaluate({ ...days, ttl: 24n * H + 4n }, [day], ["a"], 5n).x?.status).toBe("EXPIRED");
    const careless = { ...days, source: { ...days.source, knownAtIsEventTime: true } };
    expect(() => evaluate(careless, [], ["a"], 0n)).toThrow();
  });
});

describe("section 6: keys", () => {
  const rows = [row(1n, 1n), row(1n, 2n, { k: null }), row(1n, 3n, { k: "" }), row(1n, 4n, { k: "1" })];

  it("never matches a null, and knows the empty string", () => {
    expect(x(rows, 9n, {}, [null]).status).toBe("MISSING");
    expect(windowed(rows, 9n, { aggregate: "count" }, [null]).value).toBe(0n);
    expect(windowed(rows, 9n, { aggregate: "sum" }, [null])).toEqual({ value: null, status: "NULL" });
    expect(x(rows, 9n, {}, [""]).value).toBe(3n);
    expect(x(rows, 9n, {}, ["1"]).value).toBe(4n);
    expect(x(rows, 9n, {}, [1n]).status).toBe("MISSING");
    expect(x(rows, 9n, {}, ["unseen"]).status).toBe("MISSING");
  });

  it("applies a view with no entity to every row", () => {
    const everyone = { ...view, keys: [] };
    // All four tie on eventTime and version: the greatest k, 'a', wins where the view reads k.
    expect(evaluate(everyone, rows, [], 9n).x?.value).toBe(1n);
    expect(evaluate({ ...everyone, reads: ["x"] }, rows, [], 9n).x?.value).toBe(4n);
  });

  it("needs every part of a compound key", () => {
    const compound = { ...view, keys: ["k", "x"] };
    expect(evaluate(compound, rows, ["a", 1n], 9n).x?.status).toBe("PRESENT");
    expect(evaluate(compound, rows, ["a", 2n], 9n).x?.status).toBe("MISSING");
    expect(evaluate(compound, rows, ["a", null], 9n).x?.status).toBe("MISSING");
  });

  it("refuses floats", () => expect(() => evaluate({ ...view, keys: ["y"] }, rows, [1], 9n)).toThrow("float"));
});

describe("section 7: training frames", () => {
  it("answers label by label, in order, duplicates included", () => {
    const labels = [20n, 10n, 20n, 5n].map((t) => ({ key: ["a"], t }));
    const frame = trainingFrame(view, [row(10n, 1n), row(20n, 2n)], labels);
    expect(frame.map((answers) => answers.x?.value)).toEqual([2n, 1n, 2n, null]);
  });

  it("names the rows of null timestamps", () => {
    const labels = [
      { key: ["a"], t: 1n },
      { key: ["a"], t: null as unknown as bigint },
    ];
    expect(() => trainingFrame(view, [], labels)).toThrow("rows 1");
  });
});
