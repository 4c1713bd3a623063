import { type Duration, durationMicros } from "@lockstep/core";
import fc from "fast-check";
import type { Row, Value } from "../oracle/index.js";
import {
  build,
  type Case,
  type Feature,
  knownAts,
  rowFeature,
  type Versioning,
  type WindowChoice,
  windowFeatureOf,
} from "./model.js";

/** Cases in which most values are there: windows of one scale, and rows all over it, on both sides of the watermark. */
export interface DenseCase extends Case {
  /** The keys to ask for: those that have rows, one that has none, one with a null. */
  readonly asked: readonly (readonly Value[])[];
}

const KEYS = 12;
const ROWS = 330;
/** Rows happen on multiples of an eighth of the scale, and a microsecond beside. */
const PARTS = 8n;

/** All windows of a view are about this wide, so that those that are asked at one instant all hold something. */
interface Scale {
  readonly sizes: readonly Duration[];
  readonly hops: readonly Duration[];
  readonly offsets: readonly Duration[];
}
const SCALES: readonly Scale[] = [
  { sizes: ["1m", "2m", "90s"], hops: ["1m", "30s", "7s"], offsets: ["0s", "0s", "15s"] },
  { sizes: ["5m", "8m"], hops: ["1m", "30s", "5m"], offsets: ["0s", "0s", "1m", "90s"] },
  { sizes: ["1h", "90m"], hops: ["5m", "1h", "7m"], offsets: ["0s", "0s", "1m", "10m"] },
  { sizes: ["3h", "4h"], hops: ["1h", "5m", "30m"], offsets: ["0s", "0s", "1h"] },
  { sizes: ["1d", "36h"], hops: ["1h", "1d", "6h"], offsets: ["0s", "0s", "1h", "3h"] },
  { sizes: ["12d", "16d"], hops: ["1d", "4d"], offsets: ["0s", "0s", "1h", "1d"] },
];
const scaleOf = ({ sizes }: Scale): bigint => BigInt(durationMicros(sizes[0] as Duration));

function windowsOf({ sizes, hops, offsets }: Scale): fc.Arbitrary<WindowChoice> {
  const size = fc.constantFrom(...sizes);
  const offset = fc.constantFrom(...offsets);
  const bounds = fc.constantFrom("[)", "(]");
  const shaped = (shape: "sawtooth" | "hopping") =>
    fc.record({
      size,
      options: fc.record({
        shape: fc.constant(shape),
        hop: fc.constantFrom(...(shape === "sawtooth" ? [undefined, ...hops] : hops)),
        bounds,
        offset,
      }),
    });
  return fc.oneof(
    fc.record({
      size,
      options: fc.record({
        shape: fc.constant("sliding"),
        bounds: fc.constantFrom("[)", "[]", "(]", "()"),
        offset,
      }),
    }),
    shaped("sawtooth"),
    shaped("hopping"),
    fc.record({ size: fc.constant("lifetime"), options: fc.record({ bounds, offset }) }),
  ) as fc.Arbitrary<WindowChoice>;
}

const featuresOf = (scale: Scale): fc.Arbitrary<Feature[]> => {
  const windowed = windowFeatureOf(windowsOf(scale));
  return fc.array(fc.oneof(rowFeature, windowed, windowed, windowed), { minLength: 14, maxLength: 14 });
};

const VERSIONINGS: readonly Versioning[] = [
  {},
  {},
  { id: "id", version: "version", deleted: "gone" },
  { id: "id", version: "version" },
  { id: ["id", "part"], version: "version" },
  { id: "id", deleted: "gone" },
  { version: "version" },
  { deleted: "gone" },
];

/** Mostly the first, else one of the others. */
const mostly = <T>(weight: number, arbitrary: fc.Arbitrary<T>, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const text = fc.constantFrom("x", "y", "\u{1F600}", "\uffff");
const rowsOf = (scale: Scale, watermark: bigint): fc.Arbitrary<Row[]> => {
  const part = scaleOf(scale) / PARTS;
  return fc.array(
    fc
      .record({
        key: fc.nat(KEYS - 1),
        step: fc.oneof(fc.integer({ min: -10, max: 3 }), fc.constantFrom(0, 0, -8, -8)),
        jitter: fc.constantFrom(0n, 0n, 0n, 0n, -1n, 1n, part / 3n),
        lag: fc.constantFrom(0n, 0n, 0n, 1n, -1n, part, -part, -part * 4n, null),
        a: mostly(16, fc.constantFrom(1n, 2n, 3n, -5n, 2n ** 53n + 1n), null, 0n),
        b: mostly<number | null>(8, fc.constantFrom(1.5, -2.25, 0.1, 1e10, 3), null, 0, -0, Number.NaN, Infinity),
        c: mostly<string | null>(16, text, null, ""),
        d: mostly<boolean | null>(9, fc.constant(true), false, false, null),
        e: mostly<number | null>(12, fc.constantFrom(Math.fround(0.1), 3.5), null, 0, -0),
        g: mostly<number | null>(12, fc.constantFrom(1, 2, 3), null, 0),
        h: mostly<string | null>(16, fc.constantFrom("1.25", "-3.10", "7.00"), null, "0.00"),
        id: fc.nat(9),
        part: mostly<number | null>(40, fc.constantFrom(1, 2), null),
        version: mostly<bigint | null>(40, fc.constantFrom(1n, 2n, 3n), null),
        gone: mostly<boolean | null>(20, fc.constant(false), null, true),
        strays: fc.nat(60),
      })
      .map(({ key, step, jitter, lag, id, strays, ...values }): Row => {
        const at = watermark + BigInt(step) * part + jitter;
        // Now and then a version is of another key than the event's others, or a row of nobody.
        const [k1, k2] = strays === 0 ? [null, null] : keyOf(strays === 1 ? key + 1 : key);
        return {
          at: strays === 2 ? null : at,
          known: lag === null ? null : at + lag,
          k1,
          k2,
          id: strays === 3 ? null : `${key}-${id}`,
          ...values,
        };
      }),
    { minLength: ROWS, maxLength: ROWS },
  );
};

const keyOf = (n: number): [string, bigint] => [n === 0 ? "" : `é|${n}`, BigInt(n % KEYS) - 3n];

const BASES = [0n, 983_448_000_000_000n, -86_400_000_000n * 3n];

export const denseCases: fc.Arbitrary<DenseCase> = fc
  .record({
    base: fc.constantFrom(...BASES),
    beside: fc.constantFrom(0n, 0n, -1n, 1n, 7_654_321n),
    keys: fc.constantFrom<string[]>(["k1"], ["k1"], ["k1", "k2"], ["k2"]),
    scale: fc.constantFrom(...SCALES),
    expires: fc.nat(4),
    asOf: fc.constantFrom<"<=" | "<">("<=", "<"),
    knownAt: fc.constantFrom(...knownAts),
    versioning: fc.constantFrom(...VERSIONINGS),
  })
  .filter(({ knownAt, versioning: { id, version } }) => id === undefined || version !== undefined || !knownAt.is)
  // What is known minutes late is never in a window of minutes.
  .filter(({ knownAt, scale }) => typeof knownAt.make !== "object" || scaleOf(scale) >= 3_600_000_000n)
  .chain((choice) =>
    fc
      .record({ features: featuresOf(choice.scale), rows: rowsOf(choice.scale, choice.base + choice.beside) })
      .map(({ features, rows }) => {
        const { keys, scale, base, beside, expires } = choice;
        const size = scale.sizes[0] as Duration;
        const ttl = [null, null, size, size, "0s" as Duration][expires] ?? null;
        const made = build({ ...choice, ttl, features, dense: "none", settle: 0, push: false }, rows, [], 0, 0n);
        const parts = [...Array(KEYS).keys()].map((n) => keyOf(n));
        const asked = [...parts, ["unseen", 99n], [null, null]].map(([k1, k2]) =>
          keys.map((k) => (k === "k1" ? k1 : k2) as Value),
        );
        return Object.assign(made, { watermark: base + beside, asked });
      }),
  );
