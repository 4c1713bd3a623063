import { duckdb } from "@lockstep/compiler";
import { decimalText, formatDays, type NamedType, type TypeIR, toWire, type Value } from "@lockstep/core";

const decimal = (precision: number, scale: number): TypeIR => ({ kind: "decimal", precision, scale });
const list = (element: TypeIR): TypeIR => ({ kind: "list", element });

/** Two of each type that meets others, so that they meet each other too. */
export const tableColumns: readonly NamedType[] = Object.entries<TypeIR>({
  b1: { kind: "bool" },
  b2: { kind: "bool" },
  i1: { kind: "int32" },
  i2: { kind: "int32" },
  n1: { kind: "int64" },
  n2: { kind: "int64" },
  e1: { kind: "float32" },
  e2: { kind: "float32" },
  d1: { kind: "float64" },
  d2: { kind: "float64" },
  m4: decimal(4, 1),
  m9: decimal(9, 2),
  m9b: decimal(9, 2),
  m18: decimal(18, 2),
  m18b: decimal(18, 0),
  m38: decimal(38, 10),
  m38b: decimal(38, 10),
  m38c: decimal(38, 2),
  w: decimal(38, 38),
  s1: { kind: "string" },
  s2: { kind: "string" },
  r1: { kind: "bytes" },
  r2: { kind: "bytes" },
  y1: { kind: "date" },
  y2: { kind: "date" },
  t1: { kind: "timestamp" },
  t2: { kind: "timestamp" },
  ln1: list({ kind: "int64" }),
  ln2: list({ kind: "int64" }),
  lf1: list({ kind: "float64" }),
  lf2: list({ kind: "float64" }),
  ls1: list(list({ kind: "string" })),
  ls2: list(list({ kind: "string" })),
  j: { kind: "json" },
  v: { kind: "vector", size: 2 },
}).map(([name, type]) => ({ name, type }));

/** Kinds of which a literal can be declared, and is drawn. */
export const literalTypes: readonly string[] = [
  "bool",
  "int32",
  "int64",
  "float32",
  "float64",
  "decimal",
  "string",
  "bytes",
  "date",
  "timestamp",
  "duration",
  "list",
];

const DAY = 86_400_000_000n;
const INT64_MAX = 2n ** 63n - 1n;
const BIGGEST: readonly bigint[] = [2n ** 53n, 2n ** 53n + 1n, INT64_MAX - 1n, INT64_MAX, 10n ** 18n];
const both = (values: readonly bigint[]): bigint[] => values.flatMap((n) => [n, -n]);

const FLOATS = [0, -0, Number.NaN, Infinity, -Infinity, 0.1, 0.5, 1, -1, 1.5, -2.5, 7, 16_777_216, 1.25];

/** Values at a type's edges; the first is the plainest. */
export function edgesOf(type: TypeIR): readonly Value[] {
  switch (type.kind) {
    case "bool":
      return [true, false];
    case "int32":
      return [0, 1, -1, 2, 3, 7, -7, 16_777_217, 2 ** 31 - 1, -(2 ** 31)];
    case "int64":
      return [0n, 1n, -1n, 2n, 7n, -7n, 16_777_217n, ...both(BIGGEST), -(2n ** 63n)];
    case "duration":
      return [0n, 1n, -1n, 3_600_000_000n, -DAY, 5n * DAY + 7n, ...both(BIGGEST), -(2n ** 63n)];
    case "float32":
      return [...FLOATS, 1e38, 1e-45, 9_007_199_254_740_992].map(Math.fround);
    case "float64":
      return [...FLOATS, 0.10000000149011612, 2 ** 53, 2 ** 63, -(2 ** 63), 1e308, 5e-324, 1 / 3];
    case "decimal": {
      const most = 10n ** BigInt(type.precision) - 1n;
      const one = 10n ** BigInt(type.scale);
      const units = [0n, 1n, -1n, 125n, one, -one, 16_777_217n * one, ...both([most, most - 1n, most / 3n, most / 7n])];
      const long = [
        2n ** 53n,
        2n ** 53n + 1n,
        2n ** 64n,
        2n ** 64n + 1n,
        -(2n ** 64n),
        -(2n ** 64n) - 1n,
        2n ** 70n + 7n,
      ];
      return [...units, ...long].filter((n) => n >= -most && n <= most).map((n) => decimalText(n, type.scale));
    }
    case "string":
      return ["", "a", "b", "é", "\u{1F600}", "\uffff", "\ue000", "x\u0000y", "it's"];
    case "json":
      return ["{}", "[1]"];
    case "bytes":
      return [new Uint8Array(), new Uint8Array([0]), new Uint8Array([0, 255]), new Uint8Array([128])];
    case "date":
      return [0, -1, 11_382, -719_163, -1_000_000, 4_000_000, 106_751_991, 106_751_992, -106_751_992].map(formatDays);
    case "timestamp":
      return [0n, -1n, 1n, -3_600_000_000n, -DAY, 983_448_000_000_001n, 5n * 10n ** 18n, ...FARTHEST];
    case "list":
      return [[], [null], ...edgesOf(type.element).map((x) => [x]), [edgesOf(type.element)[1] ?? null, null]];
    case "vector":
      return [
        [0, 1],
        [-0, Number.NaN],
      ];
    default:
      throw new Error(`no values of ${type.kind}`);
  }
}

/** The engine's first and last instant. */
const FARTHEST = [-106_751_991n * DAY, INT64_MAX - 1n];
/** What stands for infinite instants, which no literal can be. */
const INFINITE = [INT64_MAX, -INT64_MAX];

export const columnEdges = (type: TypeIR): readonly Value[] => [
  ...edgesOf(type),
  ...(type.kind === "timestamp" ? INFINITE : []),
];

/** A value as SQL. */
export function valueSql(type: TypeIR, value: Value): string {
  if (type.kind === "timestamp" && INFINITE.includes(value as bigint))
    return `TIMESTAMP '${(value as bigint) < 0n ? "-" : ""}infinity'`;
  const wire = toWire(type, value);
  return duckdb.literal(type, value === null ? null : typeof wire === "string" ? wire : JSON.stringify(wire));
}
