import { describe, expect, it } from "vitest";
import type { Bounds, OracleWindow } from "./feature.js";
import { D, H, M, row, S, windowed } from "./fixtures.js";
import { defaultHop, floor } from "./window.js";
import { checkWindow } from "./windowRules.js";

/** The numbers of the rows, newest first, that a window ending at t holds. */
function inside(times: bigint[], t: bigint, window: OracleWindow, bounds?: Bounds, offset?: bigint) {
  const rows = times.map((at, i) => row(at, BigInt(i)));
  return windowed(rows, t, {
    window,
    ...(bounds === undefined ? {} : { bounds }),
    ...(offset === undefined ? {} : { offset }),
  }).value;
}

describe("section 5: sliding", () => {
  const window = { shape: "sliding", size: 10n } as const;
  const times = [89n, 90n, 91n, 99n, 100n, 101n];

  it("has every kind of bounds, [) by default", () => {
    expect(inside(times, 100n, window)).toEqual([3n, 2n, 1n]);
    expect(inside(times, 100n, window, "[)")).toEqual([3n, 2n, 1n]);
    expect(inside(times, 100n, window, "[]")).toEqual([4n, 3n, 2n, 1n]);
    expect(inside(times, 100n, window, "(]")).toEqual([4n, 3n, 2n]);
    expect(inside(times, 100n, window, "()")).toEqual([3n, 2n]);
  });

  it("ends at t - offset, which does not move knownAt", () => {
    expect(inside(times, 101n, window, "[)", 1n)).toEqual([3n, 2n, 1n]);
    const late = [row(95n, 1n, { known: 101n })];
    expect(windowed(late, 101n, { window, offset: 1n, aggregate: "count" }).value).toBe(1n);
    expect(windowed(late, 100n, { window, aggregate: "count" }).value).toBe(0n);
  });
});

describe("section 5: sawtooth", () => {
  it("floors its lower edge only", () => {
    const window = { shape: "sawtooth", size: 2n * M, hop: M } as const;
    // t = 5m30s: from floor(3m30s, 1m) = 3m to 5m30s.
    const t = 5n * M + 30n * S;
    const times = [3n * M - 1n, 3n * M, 3n * M + 1n, t - 1n, t];
    expect(inside(times, t, window)).toEqual([3n, 2n, 1n]);
    expect(inside(times, t, window, "(]")).toEqual([4n, 3n, 2n]);
  });

  it("on the grid it is a sliding window", () => {
    expect(inside([3n * M - 1n, 3n * M, 5n * M], 5n * M, { shape: "sawtooth", size: 2n * M })).toEqual([1n]);
    // A microsecond earlier: from floor(3m - 1us, 1m) = 2m.
    expect(inside([2n * M - 1n, 2n * M], 5n * M - 1n, { shape: "sawtooth", size: 2n * M })).toEqual([1n]);
  });

  it("floors before the epoch towards minus infinity", () => {
    // t = 30s: from floor(-30s, 1m) = -1m.
    expect(inside([-M - 1n, -M, 0n], 30n * S, { shape: "sawtooth", size: M })).toEqual([2n, 1n]);
    expect([floor(-1n, 60n), floor(-60n, 60n), floor(-61n, 60n), floor(59n, 60n)]).toEqual([-60n, -60n, -120n, 0n]);
  });

  it("floors q - w, not t - w", () => {
    // t = 5m30s, offset = 45s: q = 4m45s, from floor(2m45s, 1m) = 2m.
    const window = { shape: "sawtooth", size: 2n * M } as const;
    const q = 4n * M + 45n * S;
    expect(inside([2n * M - 1n, 2n * M, q - 1n, q], 5n * M + 30n * S, window, "[)", 45n * S)).toEqual([2n, 1n]);
  });

  it("has a default hop", () => {
    const sizes = [H - 1n, H, 12n * H - 1n, 12n * H, 12n * D - 1n, 12n * D];
    expect(sizes.map(defaultHop)).toEqual([M, 5n * M, 5n * M, H, H, D]);
    // 1h at 02:07 reaches back to 01:05; 12d at noon of day 20 to the midnight of day 8.
    expect(inside([H + 5n * M - 1n, H + 5n * M], 2n * H + 7n * M, { shape: "sawtooth", size: H })).toEqual([1n]);
    const noon = 20n * D + 12n * H;
    expect(inside([8n * D - 1n, 8n * D], noon, { shape: "sawtooth", size: 12n * D })).toEqual([1n]);
  });
});

describe("section 5: hopping", () => {
  const window = { shape: "hopping", size: 2n * M, hop: M } as const;

  it("floors both edges", () => {
    // t = 5m59s: from 3m to 5m.
    const times = [3n * M - 1n, 3n * M, 5n * M - 1n, 5n * M, 5n * M + 1n];
    expect(inside(times, 5n * M + 59n * S, window)).toEqual([2n, 1n]);
    expect(inside(times, 5n * M + 59n * S, window, "(]")).toEqual([3n, 2n]);
    expect(inside(times, 5n * M, window)).toEqual([2n, 1n]);
    expect(inside([2n * M, 4n * M - 1n, 4n * M], 5n * M - 1n, window)).toEqual([1n, 0n]);
  });

  it("before the epoch", () => {
    // t = -1us: from -3m to -1m.
    expect(inside([-3n * M - 1n, -3n * M, -M - 1n, -M], -1n, window)).toEqual([2n, 1n]);
  });
});

describe("section 5: lifetime", () => {
  it("has an upper edge only", () => {
    const times = [-(10n ** 15n), 99n, 100n];
    expect(inside(times, 100n, { shape: "lifetime" })).toEqual([1n, 0n]);
    expect(inside(times, 100n, { shape: "lifetime" }, "()")).toEqual([1n, 0n]);
    expect(inside(times, 100n, { shape: "lifetime" }, "(]")).toEqual([2n, 1n, 0n]);
    expect(inside(times, 100n, { shape: "lifetime" }, "(]", 1n)).toEqual([1n, 0n]);
  });
});

it("section 5: refuses the windows that cannot be", () => {
  const check =
    (window: OracleWindow, more: { bounds?: Bounds; offset?: bigint } = {}) =>
    () =>
      checkWindow({ name: "w", kind: "window", aggregate: "count", window, ...more });
  expect(check({ shape: "sawtooth", size: M - 1n })).toThrow("sliding");
  expect(check({ shape: "hopping", size: 30n * S, hop: 10n * S })).toThrow("sliding");
  expect(check({ shape: "sawtooth", size: M, hop: M + 1n })).toThrow("hop");
  expect(check({ shape: "hopping", size: 5n * M, hop: 2n * M })).toThrow("divide");
  expect(check({ shape: "sawtooth", size: 5n * M, hop: 2n * M })).not.toThrow();
  expect(check({ shape: "sawtooth", size: M }, { bounds: "[]" })).toThrow("bounds");
  expect(check({ shape: "hopping", size: M, hop: M }, { bounds: "()" })).toThrow("bounds");
  expect(check({ shape: "sliding", size: M }, { offset: -1n })).toThrow("offset");
});
