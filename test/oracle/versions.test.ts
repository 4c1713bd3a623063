import { describe, expect, it } from "vitest";
import { row, source, view, windowed, x } from "./fixtures.js";
import { evaluate, type Row } from "./index.js";

const versioned = { source: { ...source, id: "id", version: "version", deleted: "gone" } };
const byKnownAt = { source: { ...source, id: "id", deleted: "gone" } };

describe("section 2: rows without an id", () => {
  it("counts exact duplicates twice", () => {
    expect(windowed([row(1n, 5n), row(1n, 5n)], 2n, { aggregate: "sum" }).value).toBe(10n);
  });

  it("never joins a row with a null eventTime or knownAt", () => {
    const rows = [row(1n, 1n), row(2n, 2n, { known: null }), { k: "a", at: null, known: 1n, x: 3n }];
    expect(x(rows, 9n).value).toBe(1n);
    expect(windowed(rows, 9n, { aggregate: "count" }).value).toBe(1n);
  });

  it("breaks ties by version, then by the columns read, whatever the order of the rows", () => {
    const tied = [row(1n, 7n), row(1n, 9n), row(1n, null), row(1n, 8n, { known: 0n })];
    for (const rows of [tied, [...tied].reverse()]) {
      // The default version is knownAt: 8 is first, then null < 7 < 9.
      expect(windowed(rows, 2n, {}).value).toEqual([9n, 7n, null, 8n]);
      expect(x(rows, 2n).value).toBe(9n);
      const ordered = { source: { ...source, version: "version" } };
      expect(x([...rows, row(1n, 0n, { version: 1n })], 2n, ordered).value).toBe(0n);
    }
  });

  it("leaves columns that the view does not read out of the order", () => {
    const rows = [row(1n, 1n, { y: 2 }), row(1n, 2n, { y: 1 })];
    expect(x(rows, 1n, { reads: ["x", "y"] }).value).toBe(2n);
    expect(x(rows, 1n, { reads: ["y"] }).value).toBe(1n);
    // The order is the source's, not that of `reads`.
    expect(x(rows, 1n, { reads: ["y", "x"] }).value).toBe(2n);
  });
});

describe("section 2: versions of an id", () => {
  const v = (version: bigint | null, known: bigint, value: bigint | null, more: Row = {}): Row =>
    row(10n, value, { id: "i", version, known, ...more });

  it("takes the greatest version known, not the latest known", () => {
    const rows = [v(1n, 10n, 1n), v(3n, 20n, 3n), v(2n, 30n, 2n)];
    expect(x(rows, 10n, versioned).value).toBe(1n);
    expect(x(rows, 19n, versioned).value).toBe(1n);
    expect(x(rows, 20n, versioned).value).toBe(3n);
    expect(x(rows, 30n, versioned).value).toBe(3n);
    expect(x(rows, 30n, byKnownAt).value).toBe(2n);
  });

  it("breaks a tie of versions by knownAt", () => {
    expect(x([v(1n, 20n, 2n), v(1n, 10n, 9n)], 30n, versioned).value).toBe(2n);
    expect(x([v(null, 20n, 2n), v(1n, 10n, 1n)], 30n, versioned).value).toBe(1n);
  });

  it("has no event once deleted, and one again when a later version says so", () => {
    const rows = [v(1n, 10n, 1n), v(2n, 20n, null, { gone: true }), v(3n, 30n, 3n, { gone: false })];
    expect(x(rows, 19n, versioned).value).toBe(1n);
    expect(x(rows, 20n, versioned).status).toBe("MISSING");
    expect(x(rows, 30n, versioned).value).toBe(3n);
  });

  it("lets the delete win a complete tie", () => {
    const rows = [v(1n, 10n, 1n), v(1n, 10n, null, { gone: true })];
    expect(x(rows, 10n, versioned).status).toBe("MISSING");
    expect(x([...rows].reverse(), 10n, versioned).status).toBe("MISSING");
  });

  it("moves an event to another key", () => {
    const rows = [v(1n, 10n, 1n), v(2n, 20n, 2n, { k: "b" }), v(3n, 30n, 3n, { k: null })];
    expect(x(rows, 19n, versioned, ["a"]).value).toBe(1n);
    expect(x(rows, 20n, versioned, ["a"]).status).toBe("MISSING");
    expect(x(rows, 20n, versioned, ["b"]).value).toBe(2n);
    expect(x(rows, 30n, versioned, ["b"]).status).toBe("MISSING");
  });

  it("moves an event in time, out of a ttl and into the future", () => {
    const rows = [v(1n, 10n, 1n), v(2n, 20n, 2n, { at: 5n }), v(3n, 21n, 3n, { at: 40n })];
    expect(x(rows, 19n, { ...versioned, ttl: 12n }).value).toBe(1n);
    expect(x(rows, 20n, { ...versioned, ttl: 12n }).status).toBe("EXPIRED");
    expect(x(rows, 21n, versioned).status).toBe("MISSING");
    expect(x(rows, 40n, versioned).value).toBe(3n);
  });

  it("resolves versions before where", () => {
    const w = { name: "w", kind: "window", aggregate: "count", window: { shape: "lifetime" } } as const;
    const features = [{ ...w, where: (r: Row) => r.x === 1n }];
    const rows = [v(1n, 10n, 1n), v(2n, 20n, 2n)];
    expect(evaluate({ ...view, ...versioned, features }, rows, ["a"], 15n).w?.value).toBe(1n);
    expect(evaluate({ ...view, ...versioned, features }, rows, ["a"], 25n).w?.value).toBe(0n);
  });

  it("counts one event of exact duplicates, and none of a null id", () => {
    const rows = [v(1n, 10n, 1n), v(1n, 10n, 1n), v(9n, 10n, 5n, { id: null })];
    const w = { name: "w", kind: "window", aggregate: "count", window: { shape: "lifetime" } } as const;
    expect(evaluate({ ...view, ...versioned, features: [w] }, rows, ["a"], 15n).w?.value).toBe(1n);
  });

  it("does not let a row that is no event supersede one", () => {
    expect(x([v(1n, 10n, 1n), v(2n, 11n, 2n, { at: null })], 30n, versioned).value).toBe(1n);
  });

  it("needs an explicit version or knownAt", () => {
    expect(() => x([], 0n, { source: { ...source, id: "id", knownAtIsEventTime: true } })).toThrow("id needs");
  });
});
