import { compileRepo, count, entity, featureService, featureView, hours, parquet, t } from "@lockstep/core";
import { describe, expect, it } from "vitest";
import { duckdb, frameSql } from "../src/index.js";

const customer = entity("customer", { id: t.int64() });
const columns = { at: t.timestamp(), day: t.date(), id: t.int64(), amount: t.int64(), gone: t.bool() };
// biome-ignore lint/suspicious/noExplicitAny: declarations are made from parts here, so their types are not known
type Any = any;

/** The bounds that a frame's SQL puts on the source's event time itself, for labels of 2001-03-02 to 2001-03-05, noon. */
function boundsOf(features: (f: Any) => object, source: object = {}, view: object = {}): string[] {
  const options = { path: "orders.parquet", columns, eventTime: "at", ...source } as Any;
  const declared = { entity: customer, source: parquet("orders", options), features, ...view } as Any;
  const { ir } = compileRepo("p", [featureService("s", [featureView("v", declared)])]);
  const [service] = ir.services;
  if (!service) throw new Error("no service");
  const noon = (day: number) => BigInt(Date.UTC(2001, 2, day, 12)) * 1000n;
  const sql = frameSql({
    dialect: duckdb,
    repo: ir,
    service,
    labels: "labels",
    input: duckdb.ident,
    timestamp: "t",
    keep: [],
    relation: () => "orders",
    asked: { from: noon(2), to: noon(5) },
  });
  const instant = (micros: string) => new Date(Number(BigInt(micros) / 1000n)).toISOString().slice(0, 16);
  return [...sql.matchAll(/"(?:at|day)" ([<>]=) (?:make_timestamp\((\d+)\)|DATE '([\d-]+)')/g)].map(
    ([, op, micros, day]) => `${op} ${micros === undefined ? day : instant(micros)}`,
  );
}
const TO = "<= 2001-03-05T12:00";

describe("the labels' instants bound the event times that are read", () => {
  it("by the widest window, its hop and its offset", () => {
    const windows = () => ({ a: count().over("1h"), b: count().over("1d", { shape: "sliding", offset: "2h" }) });
    expect(boundsOf(windows)).toEqual([TO, ">= 2001-03-01T10:00"]);
    expect(boundsOf(() => ({ a: count().over("1d", { shape: "hopping", hop: "6h" }) }))).toEqual([
      TO,
      ">= 2001-03-01T06:00",
    ]);
  });

  it("whatever knownAt is: a row counts from its event time at the earliest", () => {
    const knownAt = (f: Any) => f.at.plus(hours(f.amount));
    const of = { n: count().over("1h", { shape: "sliding" }) };
    expect(boundsOf(() => of, { knownAt })).toEqual([TO, ">= 2001-03-02T11:00"]);
  });

  it("only from above where a feature goes back to the beginning, with a ttl too: what is older is EXPIRED", () => {
    expect(boundsOf(() => ({ n: count().over("lifetime") }))).toEqual([TO]);
    expect(boundsOf((f) => ({ amount: f.amount, n: count().over("1h") }))).toEqual([TO]);
    expect(boundsOf((f) => ({ amount: f.amount }), {}, { ttl: "1d" })).toEqual([TO]);
  });

  it("by whole days where the event time is a date", () => {
    const source = { eventTime: "day", knownAt: "at" };
    expect(boundsOf(() => ({ n: count().over("1h", { shape: "sliding" }) }), source)).toEqual([
      "<= 2001-03-05",
      ">= 2001-03-02",
    ]);
  });

  it("never of a source of corrections: a version out of reach may replace one within", () => {
    const of = () => ({ n: count().over("1h") });
    expect(boundsOf(of, { id: "id", version: "amount" })).toEqual([]);
    expect(boundsOf(of, { id: "id", knownAt: { delay: "1h" }, deleted: "gone" })).toEqual([]);
    expect(boundsOf(of, { version: "amount" })).toEqual([]);
    expect(boundsOf(of, { deleted: "gone" })).toHaveLength(2);
  });
});
