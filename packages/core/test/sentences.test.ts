import { beforeAll, describe, expect, it } from "vitest";
import { typecheck } from "./typecheck.js";

const CODE = `
import { count, entity, featureView, max, mean, minutes, parquet, sum, t } from "core";
const orders = parquet("orders", {
  path: "orders.parquet",
  columns: { at: t.timestamp(), id: t.int64(), shop: t.string(), note: t.json() },
  eventTime: "at",
});
const who = entity("who", { who: t.string() });
export const mistakes = [
  () => featureView("v", { source: orders, features: (f) => ({ n: sum(f.shop).over("1h") }) }),
  () => featureView("v", { source: orders, features: (f) => ({ n: mean(f.at).over("1h") }) }),
  () => featureView("v", { source: orders, features: (f) => ({ n: max(f.note).over("1h") }) }),
  () => featureView("v", { entity: who, source: orders, features: () => ({ n: count().over("1h") }) }),
  () => featureView("v", { entity: who, source: orders, keys: { who: "id" }, features: () => ({ n: count().over("1h") }) }),
  () => entity("e", { weight: t.float64() }),
  () => parquet("p", { path: "", columns: { at: t.timestamp(), a: t.string() }, eventTime: "at", knownAt: (f) => f.at.plus(minutes(f.a)) }),
  () =>
    featureView("v", { entity: who, source: orders, keys: { who: "shop" }, features: (f) => ({ n: f.id }) })
      .as("other", { whom: "x" }),
  () => featureView("v", { source: orders, features: (f) => ({ n: count().over("3 months"), m: sum(f.id).over("1y") }) }),
  () => featureView("v", { source: orders, features: () => ({ n: count().over("3 hours") }) }),
  () => featureView("v", { source: orders, features: (f) => ({ n: f.id, m: count() }) }),
  () => featureView("v", { source: orders, features: (f) => ({ n: f.id, m: 5 }) }),
];
`;

describe("what the editor says of a mistake", () => {
  let said = "";
  beforeAll(() => {
    said = typecheck(CODE);
  });

  it.each([
    "sum needs a number: this expression is a string",
    "mean needs a number: this expression is a timestamp",
    "max needs values that have an order: a json has none",
    "the source has no column 'who' for the entity's key: name one with keys: { who: '...' }",
    "the source's column 'id' is a int64, the entity's key 'who' a string",
    "a float64 cannot be an entity key: use an integer, a decimal, text, bytes, a date, a timestamp or a bool",
    "a duration needs a number: this expression is a string",
    "the entity has no key 'whom': it has who",
    "'3 months' has no fixed length: write days, such as '30d' or '365d'",
    "'1y' has no fixed length: write days, such as '30d' or '365d'",
    "'3 hours' is no length of time: write a whole number and a unit, such as '90s', '5m', '3h' or '7d'",
    "a feature is an expression, such as f.amount, or an aggregate with its window: count().over('7d')",
  ])("is a sentence: %s", (sentence) => {
    expect(said).toContain(sentence);
  });

  it("is of the mistakes alone, one each", () => {
    const places = [...said.matchAll(/declarations\.ts\((\d+),\d+\): error/g)].map((m) => Number(m[1]));
    expect([...new Set(places)]).toHaveLength(12);
    expect(places).toHaveLength(13);
  });
});
