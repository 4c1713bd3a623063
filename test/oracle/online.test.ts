import { describe, expect, it } from "vitest";
import { latest, row, source, view } from "./fixtures.js";
import { evaluate, type OracleView, type Row, type Value } from "./index.js";

const count = { name: "n", kind: "window", aggregate: "count", window: { shape: "lifetime" }, bounds: "(]" } as const;
const store: OracleView = {
  ...view,
  source: { ...source, id: "id", version: "version", deleted: "gone" },
  features: [latest, count],
};

function online(rows: Row[], pushed: Row[], T: bigint, t: bigint): Value[] {
  const answers = evaluate(store, rows, ["a"], t, { knownAtMost: T, pushed });
  return [answers.x?.value ?? null, answers.n?.value ?? null];
}

function event(id: string, at: bigint, known: bigint, x: bigint | null, more: Row = {}): Row {
  return row(at, x, { id, known, version: 1n, ...more });
}

describe("section 8: the watermark", () => {
  const rows = [event("1", 10n, 10n, 1n), event("2", 20n, 20n, 2n), event("3", 15n, 21n, 3n), event("4", 30n, 5n, 4n)];

  it("hides the source rows known after T", () => {
    expect(online(rows, [], 20n, 25n)).toEqual([2n, 2n]);
    expect(online(rows, [], 21n, 25n)).toEqual([2n, 3n]);
    expect(evaluate(store, rows, ["a"], 25n).n?.value).toBe(3n);
  });

  it("keeps the rows known by T whose eventTime is yet to come", () => {
    expect(online(rows, [], 20n, 29n)).toEqual([2n, 2n]);
    expect(online(rows, [], 20n, 30n)).toEqual([4n, 3n]);
  });

  it("refuses t < T", () => {
    expect(online(rows, [], 20n, 20n)).toEqual([2n, 2n]);
    expect(() => online(rows, [], 20n, 19n)).toThrow("BEFORE_WATERMARK");
  });
});

describe("section 8: pushes", () => {
  const rows = [event("1", 10n, 10n, 1n)];

  it("counts those with T < knownAt <= t", () => {
    const pushed = [event("2", 18n, 20n, 2n), event("3", 19n, 21n, 3n), event("4", 20n, 30n, 4n)];
    expect(online(rows, pushed, 20n, 20n)).toEqual([1n, 1n]);
    expect(online(rows, pushed, 20n, 29n)).toEqual([3n, 2n]);
    expect(online(rows, pushed, 20n, 30n)).toEqual([4n, 3n]);
  });

  it("counts the same push once, and the source alone from its knownAt on", () => {
    const pushed = event("2", 18n, 21n, 2n);
    expect(online(rows, [pushed, pushed], 20n, 25n)).toEqual([2n, 2n]);
    expect(online([...rows, pushed], [pushed], 20n, 25n)).toEqual([2n, 2n]);
    expect(online([...rows, pushed], [pushed], 21n, 25n)).toEqual([2n, 2n]);
    expect(online(rows, [pushed], 21n, 25n)).toEqual([1n, 1n]);
  });

  it("corrects and deletes what the source said, by version", () => {
    expect(online(rows, [event("1", 10n, 21n, 9n, { version: 2n })], 20n, 25n)).toEqual([9n, 1n]);
    expect(online(rows, [event("1", 10n, 21n, 9n, { version: 0n })], 20n, 25n)).toEqual([1n, 1n]);
    expect(online(rows, [event("1", 10n, 21n, null, { version: 2n, gone: true })], 20n, 25n)).toEqual([null, 0n]);
    expect(online(rows, [event("1", 10n, 21n, 9n, { version: 2n, k: "b" })], 20n, 25n)).toEqual([null, 0n]);
  });

  it("needs an id", () => {
    const options = { knownAtMost: 0n, pushed: rows };
    expect(() => evaluate(view, [], ["a"], 9n, options)).toThrow("id");
  });
});
