import { duckdbType, entity, featureService, featureView, last, max, parquet, t } from "@lockstep/core";

/** A column of every logical type, and some nested ones. */
export const columns = {
  at: t.timestamp(),
  id: t.int64(),
  bool: t.bool(),
  int32: t.int32(),
  int64: t.int64(),
  float32: t.float32(),
  float64: t.float64(),
  decimal4: t.decimal(4, 2),
  decimal9: t.decimal(9, 0),
  decimal18: t.decimal(18, 6),
  decimal38: t.decimal(38, 38),
  string: t.string(),
  bytes: t.bytes(),
  date: t.date(),
  timestamp: t.timestamp(),
  json: t.json(),
  ints: t.list(t.int64()),
  decimals: t.list(t.decimal(9, 2)),
  instants: t.list(t.timestamp()),
  days: t.list(t.date()),
  floats: t.list(t.list(t.float32())),
  raws: t.list(t.bytes()),
  vector: t.vector(2),
  struct: t.struct({
    n: t.int64(),
    amount: t.decimal(20, 2),
    when: t.timestamp(),
    day: t.date(),
    tags: t.list(t.string()),
    inner: t.struct({ x: t.float64(), raw: t.bytes() }),
  }),
};

/** Awkward values of each type, a row each; the last row is of nulls alone. */
export const VALUES: Readonly<
  Record<Exclude<keyof typeof columns, "at" | "id">, readonly (readonly [sql: string, value: unknown])[]>
> = {
  bool: [
    ["true", true],
    ["false", false],
  ],
  int32: [
    ["-2147483648", -(2 ** 31)],
    ["2147483647", 2 ** 31 - 1],
  ],
  int64: [
    ["9007199254740993", 2n ** 53n + 1n],
    ["(-9223372036854775808)", -(2n ** 63n)],
  ],
  float32: [
    ["'-0'", -0],
    ["'NaN'", Number.NaN],
  ],
  float64: [
    ["'-Infinity'", -Infinity],
    ["'-0'", -0],
  ],
  decimal4: [
    ["-99.99", "-99.99"],
    ["0.05", "0.05"],
  ],
  decimal9: [
    ["999999999", "999999999"],
    ["-1", "-1"],
  ],
  decimal18: [
    ["'-123456789012.000001'", "-123456789012.000001"],
    ["'0'", "0.000000"],
  ],
  decimal38: [
    [`'0.${"9".repeat(38)}'`, `0.${"9".repeat(38)}`],
    [`'-0.${"0".repeat(37)}1'`, `-0.${"0".repeat(37)}1`],
  ],
  string: [
    ["''", ""],
    ["'longer than twelve bytes, é \u{1F600}'", "longer than twelve bytes, é \u{1F600}"],
  ],
  bytes: [
    ["''::BLOB", new Uint8Array()],
    [
      "'\\x00\\xFF\\x00 and more than twelve'::BLOB",
      new Uint8Array([0, 255, 0, ...Buffer.from(" and more than twelve")]),
    ],
  ],
  date: [
    ["'0001-01-01'", "0001-01-01"],
    ["'2001-03-01'", "2001-03-01"],
  ],
  timestamp: [
    ["'1969-12-31 23:59:59.999999'", -1n],
    ["'9999-12-31 23:59:59.999999'", 253_402_300_799_999_999n],
  ],
  json: [
    [`'{"a": 1.0}'`, '{"a": 1.0}'],
    ["'null'", "null"],
  ],
  ints: [
    ["[]", []],
    ["[9007199254740993, NULL]", [2n ** 53n + 1n, null]],
  ],
  decimals: [
    ["[1.25, NULL, -0.01]", ["1.25", null, "-0.01"]],
    ["[]", []],
  ],
  instants: [
    ["['1969-12-31 23:59:59.999999', NULL]", [-1n, null]],
    ["[]", []],
  ],
  days: [
    ["['2001-03-01', NULL]", ["2001-03-01", null]],
    ["[]", []],
  ],
  floats: [
    ["[[0.5], NULL, []]", [[0.5], null, []]],
    ["[['-0', NULL]]", [[-0, null]]],
  ],
  raws: [
    ["['\\x00'::BLOB, NULL]", [new Uint8Array([0]), null]],
    ["[]", []],
  ],
  vector: [
    ["['-0'::FLOAT, 1.5::FLOAT]", [-0, 1.5]],
    ["['NaN', 'Infinity']", [Number.NaN, Infinity]],
  ],
  struct: [
    [
      "{'n': 9007199254740993, 'amount': 1.25, 'when': '1969-12-31 23:59:59.999999', 'day': '2001-03-01', 'tags': ['a', NULL], 'inner': {'x': '-0', 'raw': '\\xFF'::BLOB}}",
      {
        n: 2n ** 53n + 1n,
        amount: "1.25",
        when: -1n,
        day: "2001-03-01",
        tags: ["a", null],
        inner: { x: -0, raw: new Uint8Array([255]) },
      },
    ],
    [
      "{'n': NULL, 'amount': NULL, 'when': NULL, 'day': NULL, 'tags': NULL, 'inner': NULL}",
      { n: null, amount: null, when: null, day: null, tags: null, inner: null },
    ],
  ],
};
export type TypeName = keyof typeof VALUES;
export const NAMES = Object.keys(VALUES) as TypeName[];

const source = parquet("things", { path: "things.parquet", columns, eventTime: "at" });
const thing = entity("thing", { id: t.int64() });
const { at: _at, id: _id, ...rest } = columns;
export const types = rest;

/** The newest value of each column as a row feature (`now`), and as `last` over all time (`ever`). */
export const everything = featureService("everything", [
  featureView("now", {
    entity: thing,
    source,
    features: (f) => Object.fromEntries(NAMES.map((n) => [n, f[n]])) as { [K in TypeName]: (typeof f)[K] },
  }),
  featureView("ever", {
    entity: thing,
    source,
    features: (f) => Object.fromEntries(NAMES.map((n) => [n, last(f[n]).over("lifetime", { bounds: "(]" })])),
  }),
  featureView("most", {
    entity: thing,
    source,
    features: (f) => ({
      text: max(f.string).over("lifetime"),
      raw: max(f.bytes).over("lifetime"),
      ints: max(f.ints).over("lifetime"),
    }),
  }),
]);

/** The file's rows: key 0 and 1 have the awkward values, key 2 nulls. */
export function thingsSql(): string {
  const row = (id: number) =>
    `SELECT TIMESTAMP '2001-03-01' AS "at", ${id}::BIGINT AS id, ${NAMES.map((n) => `(${id < 2 ? VALUES[n][id]?.[0] : "NULL"})::${duckdbType(types[n].ir)} AS "${n}"`).join(", ")}`;
  return [0, 1, 2].map(row).join(" UNION ALL ");
}
