import { arrowType } from "@lockstep/arrow";
import { duckdbType, parseDays } from "@lockstep/core";
import { type Table, tableFromIPC, tableToIPC } from "apache-arrow";
import { beforeAll, describe, expect, it } from "vitest";
import type { Frame } from "../src/index.js";
import { everything, NAMES, type TypeName, thingsSql, types, VALUES } from "./every-type.js";
import { useLab } from "./lab.js";

const lab = useLab();
const labels = [0, 1, 2, 3].map((id) => ({ id, asked: "2001-03-02" }));
const expected = (name: TypeName) => [VALUES[name][0]?.[1], VALUES[name][1]?.[1], null, null];
let frame: Frame;
let table: Table;

beforeAll(async () => {
  await lab.parquet("things.parquet", thingsSql());
  frame = await lab.frame(everything, { labels, timestamp: "asked" });
  // Through Arrow's own bytes: what a reader of another language would see.
  table = tableFromIPC(tableToIPC(await frame.arrow(), "stream"));
});

/** An Arrow value as ours: its library has its own forms for days, instants, decimals and nested values. */
function ours(value: unknown, name: TypeName): unknown {
  if (value === null || value === undefined) return null;
  const ir = types[name].ir;
  return plain(value, ir);
}
type TypeIR = (typeof types)[TypeName]["ir"];
function plain(value: unknown, ir: TypeIR): unknown {
  if (value === null || value === undefined) return null;
  switch (ir.kind) {
    case "date":
      return Number(value);
    case "decimal": {
      const words = value as Uint32Array;
      return words.reduceRight((n, word) => (n << 32n) | BigInt(word), 0n);
    }
    case "list":
      return Array.from(value as Iterable<unknown>, (v) => plain(v, ir.element));
    case "vector":
      return Array.from(value as Iterable<unknown>);
    case "struct":
      return Object.fromEntries(
        ir.fields.map((f) => [f.name, plain((value as Record<string, unknown>)[f.name], f.type)]),
      );
    default:
      return value;
  }
}

/** Our value in the form that `plain` gives. */
function form(value: unknown, ir: TypeIR): unknown {
  if (value === null || value === undefined) return null;
  switch (ir.kind) {
    case "date":
      return Number(parseDays(value as string)) * 86_400_000;
    case "timestamp":
      // The library's getter gives milliseconds; what is in the buffer is asked below.
      return Number(value) / 1000;
    case "decimal":
      return BigInt.asUintN(128, BigInt((value as string).replace(".", "")));
    case "list":
      return (value as unknown[]).map((v) => form(v, ir.element));
    case "struct":
      return Object.fromEntries(
        ir.fields.map((f) => [f.name, form((value as Record<string, unknown>)[f.name], f.type)]),
      );
    default:
      return value;
  }
}

describe("a value of every type", () => {
  it.each(NAMES)("%s arrives in a row object as it left", async (name) => {
    const rows = await frame.rows();
    expect(rows.map((r) => r[`now__${name}`])).toStrictEqual(expected(name));
    expect(rows.map((r) => r[`ever__${name}`])).toStrictEqual(expected(name));
  });

  it.each(NAMES)("%s arrives in Arrow as it left", (name) => {
    const column = table.getChild(`now__${name}`);
    expect(String(column?.type)).toBe(String(arrowType(types[name].ir)));
    const got = Array.from({ length: 4 }, (_, i) => ours(column?.get(i), name));
    expect(got).toStrictEqual(expected(name).map((v) => form(v, types[name].ir)));
  });

  it("an instant keeps its microseconds in Arrow's buffer", () => {
    const [data] = table.getChild("now__timestamp")?.data ?? [];
    expect(data?.values.slice(0, 2)).toEqual(new BigInt64Array([-1n, 253_402_300_799_999_999n]));
  });

  it.each(NAMES)("%s arrives in Parquet as it left", async (name) => {
    await frame.writeParquet(lab.path(`${name}.parquet`));
    const type = duckdbType(types[name].ir);
    const [same] = await lab.db.rows(
      `SELECT bool_and(f."now__${name}"::${type}::VARCHAR IS NOT DISTINCT FROM s."${name}"::${type}::VARCHAR) AS same, count(*) AS n
       FROM '${lab.path(`${name}.parquet`)}' f LEFT JOIN '${lab.path("things.parquet")}' s USING (id)`,
    );
    expect(same).toEqual({ same: true, n: 4n });
  });

  it("has an extreme, where it has an order", async () => {
    const rows = await frame.rows();
    expect(rows.map((r) => [r["most__text"], r["most__raw"], r["most__ints"]])).toEqual(
      [0, 1, 2, 3].map((i) => [expected("string")[i], expected("bytes")[i], expected("ints")[i]]),
    );
  });
});
