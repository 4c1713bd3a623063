import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { count, entity, featureService, featureView, parquet, sum, t } from "@lockstep/core";
import { beforeAll, describe, expect, it } from "vitest";
import { useLab } from "./lab.js";

const lab = useLab();
const DAYS = ["2001-03-01", "2001-03-02", "2001-03-03", "2001-03-04"];

/** A sale of 1, 2, 3, 4 a day at noon, in a folder of each region and day. */
beforeAll(async () => {
  for (const [i, day] of DAYS.entries()) {
    mkdirSync(lab.path(`sales/region=01/day=${day}`), { recursive: true });
    await lab.parquet(
      `sales/region=01/day=${day}/part.parquet`,
      `SELECT TIMESTAMP '${day} 12:00:00' AS "at", ${i + 1}::BIGINT AS amount`,
    );
  }
});

const region = entity("region", { region: t.string() });
const columns = { region: t.string(), day: t.date(), at: t.timestamp(), amount: t.int64() };
const path = "sales/**/*.parquet";
const soldBy = (source: ReturnType<typeof parquet<"sales", typeof columns, "at" | "day">>) =>
  featureService("s", [
    featureView("sold", {
      entity: region,
      source,
      features: (f) => ({
        day: f.day,
        total: sum(f.amount).over("2d", { shape: "sliding" }),
        n: count().over("lifetime"),
      }),
    }),
  ]);
const byTime = soldBy(parquet("sales", { path, columns, eventTime: "at" }));
const labels = [{ region: "01", asked: "2001-03-03T00:00:00Z" }];

describe("columns in the names of folders", () => {
  it("have their declared types, whatever their values look like", async () => {
    expect(await lab.rows(byTime, { labels, timestamp: "asked" })).toMatchObject([
      { region: "01", sold__day: "2001-03-02", sold__total: 3n, sold__n: 2n },
    ]);
  });

  it("of another type are an error that names the column", async () => {
    const numbers = { ...columns, day: t.int64() };
    const source = parquet("sales", { path, columns: numbers, eventTime: "at" });
    const service = featureService("s", [
      featureView("sold", { entity: region, source, features: (f) => ({ day: f.day }) }),
    ]);
    await expect(lab.rows(service, { labels, timestamp: "asked" })).rejects.toThrow(/hive partition column 'DAY'/i);
  });

  it("that are the event time leave out the folders that no label reaches", async () => {
    const source = parquet("sales", { path, columns, eventTime: "day", knownAt: (f) => f.at });
    const service = featureService("s", [
      featureView("sold", { entity: region, source, features: (f) => ({ total: sum(f.amount).over("2d") }) }),
    ]);
    expect(await lab.rows(service, { labels, timestamp: "asked" })).toMatchObject([{ sold__total: 3n }]);
    // Who reads it fails.
    writeFileSync(join(lab.folder, "sales/region=01/day=2001-03-04/part.parquet"), "no Parquet at all");
    expect(await lab.rows(service, { labels, timestamp: "asked" })).toMatchObject([{ sold__total: 3n }]);
    await expect(lab.rows(byTime, { labels, timestamp: "asked" })).rejects.toThrow("OFFLINE_QUERY");
  });
});
