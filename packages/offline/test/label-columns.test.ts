import { instant } from "@lockstep/core";
import { beforeAll, describe, expect, it } from "vitest";
import { useLab } from "./lab.js";
import { ORDERS, shopping } from "./orders.js";

const lab = useLab();
/** Column by column: what the labels hold, and what JavaScript is handed. */
const COLUMNS: Readonly<Record<string, readonly [sql: string, value: unknown]>> = {
  tiny: ["(-7)::TINYINT", -7],
  utiny: ["255::UTINYINT", 255],
  small: ["(-300)::SMALLINT", -300],
  uint: ["4294967295::UINTEGER", 4_294_967_295n],
  ubig: ["18446744073709551615::UBIGINT", "18446744073709551615"],
  huge: ["170141183460469231731687303715884105727::HUGEINT", "170141183460469231731687303715884105727"],
  price: ["1.25::DECIMAL(4,2)", "1.25"],
  wide: ["(-1.5)::DECIMAL(38,10)", "-1.5000000000"],
  zoned: ["TIMESTAMPTZ '2001-03-01 13:00:00+01'", instant("2001-03-01T12:00Z")],
  seconds: ["TIMESTAMP_S '2001-03-01 12:00:00'", instant("2001-03-01T12:00Z")],
  millis: ["TIMESTAMP_MS '2001-03-01 12:00:00.001'", instant("2001-03-01T12:00:00.001Z")],
  nanos: ["TIMESTAMP_NS '2001-03-01 12:00:00.000000999'", instant("2001-03-01T12:00Z")],
  day: ["DATE '2001-03-01'", "2001-03-01"],
  clock: ["TIME '12:30:00'", "12:30:00"],
  uuid: ["'0197f0d2-7a3b-7cc1-8a5e-0123456789ab'::UUID", "0197f0d2-7a3b-7cc1-8a5e-0123456789ab"],
  raw: ["'\\x00\\xFF'::BLOB", new Uint8Array([0, 255])],
  tinies: ["[1, NULL, 3]::TINYINT[]", [1, null, 3]],
  uuids: ["['0197f0d2-7a3b-7cc1-8a5e-0123456789ab']::UUID[]", ["0197f0d2-7a3b-7cc1-8a5e-0123456789ab"]],
  nested: ["[['a'], NULL, []]::VARCHAR[][]", [["a"], null, []]],
  struct: ["{'a': 1, 'b': 'x'}", { a: 1, b: "x" }],
  mood: ["'happy'::ENUM('sad', 'happy')", "happy"],
  float: ["'-0'::FLOAT", -0],
  nan: ["'NaN'::DOUBLE", Number.NaN],
  nothing: ["NULL", null],
  [`odd "name", isn't it`]: ["5::BIGINT", 5n],
};
const select = Object.entries(COLUMNS).map(([name, [sql]]) => `${sql} AS "${name.replaceAll('"', '""')}"`);
const SQL = `SELECT 1::BIGINT AS id, TIMESTAMP '2001-03-01 12:30:00' AS asked, ${select.join(", ")}`;

describe("a label's column", () => {
  beforeAll(() => lab.parquet("orders.parquet", ORDERS));

  it("of any type is handed to JavaScript with nothing lost", async () => {
    const frame = await lab.frame(shopping, { labels: { sql: SQL }, timestamp: "asked" });
    const [row] = await frame.rows();
    expect(row).toMatchObject(Object.fromEntries(Object.entries(COLUMNS).map(([name, [, value]]) => [name, value])));
    expect(frame.columns.slice(0, 2 + select.length).map((c) => c.role)).toEqual(
      Array(2 + select.length).fill("label"),
    );
    await frame.close();
  });

  it("of any type is a column in Arrow, nulls too", async () => {
    const labels = { sql: `${SQL} UNION ALL SELECT 1, TIMESTAMP '2001-03-01', ${select.map(() => "NULL").join(", ")}` };
    const frame = await lab.frame(shopping, { labels, timestamp: "asked" });
    const table = await frame.arrow();
    expect(table.numRows).toBe(2);
    expect(table.getChild("tiny")?.get(0)).toBe(-7);
    expect(table.getChild("nanos")?.type.toString()).toBe("Timestamp<NANOSECOND, UTC>");
    expect(table.getChild("nanos")?.data[0]?.values[0]).toBe(983448000000000999n);
    expect(table.getChild("uint")?.get(0)).toBe(4_294_967_295n);
    expect(table.getChild("uuid")?.get(0)).toBe("0197f0d2-7a3b-7cc1-8a5e-0123456789ab");
    for (const name of Object.keys(COLUMNS)) expect(table.getChild(name)?.get(1)).toBeNull();
    await frame.close();
  });

  it("of any type is written to Parquet as it came", async () => {
    const frame = await lab.frame(shopping, { labels: { sql: SQL }, timestamp: "asked" });
    await frame.writeParquet(lab.path("frame.parquet"));
    await frame.close();
    // What Parquet itself keeps of these types is the measure.
    const plain = await lab.parquet("plain.parquet", SQL);
    const typesOf = (path: string) =>
      lab.db.rows(
        `SELECT name, type, converted_type, logical_type FROM parquet_schema('${path}') WHERE name NOT LIKE 'spending%'`,
      );
    const rowsOf = (path: string) => lab.db.rows(`SELECT COLUMNS(c -> c NOT LIKE 'spending%')::VARCHAR FROM '${path}'`);
    expect((await typesOf(lab.path("frame.parquet"))).slice(1)).toEqual((await typesOf(plain)).slice(1));
    expect(await rowsOf(lab.path("frame.parquet"))).toEqual(await rowsOf(plain));
  });
});
