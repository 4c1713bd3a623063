import { count, entity, featureService, featureView, parquet, t } from "@lockstep/core";
import { beforeAll, describe, expect, it } from "vitest";
import { useLab } from "./lab.js";

const lab = useLab();
const columns = { at: t.timestamp(), k: t.string(), id: t.int64(), version: t.int64(), gone: t.bool() };
const features = () => ({ n: count().over("lifetime") });
const thing = entity("thing", { k: t.string() });
const serviceOf = (source: object) =>
  featureService("s", [
    featureView("v", {
      entity: thing,
      source: parquet("events", { path: "events.parquet", columns, eventTime: "at", ...source }),
      features,
    }),
  ]);
const corrected = serviceOf({ id: "id", version: "version", deleted: "gone" });
const marked = serviceOf({ deleted: "gone" });

/** Event 1 moves from a to b, event 2 of c is deleted, a row has no id, and d's row is marked as deleted at once. */
beforeAll(() =>
  lab.parquet(
    "events.parquet",
    `SELECT TIMESTAMP '2001-03-01' + to_hours(h) AS "at", k, id::BIGINT AS id, v::BIGINT AS version, gone FROM (VALUES
      (0, 'a', 1, 1, false), (1, 'b', 1, 2, false), (0, 'c', 2, 1, false), (1, 'c', 2, 2, true), (0, 'e', NULL, 1, false),
      (0, 'd', 3, 1, true)) r(h, k, id, v, gone)`,
  ),
);

describe("frames over corrections", () => {
  it("as of an instant have every key that has been seen, with what is left of its events", async () => {
    const rows = await lab.rows(corrected, { asOf: "2001-03-02T00:00:00Z" });
    expect(rows.map((r) => [r["k"], r["v__n"]])).toEqual([
      ["a", 0n],
      ["b", 1n],
      ["c", 0n],
      ["d", 0n],
    ]);
  });

  it("without ids leave out the rows that are marked as deleted", async () => {
    const rows = await lab.rows(marked, { asOf: "2001-03-02T00:00:00Z" });
    expect(rows.map((r) => r["k"])).toEqual(["a", "b", "c", "e"]);
  });

  it("explain which rows have no id, and which are deleted", async () => {
    const labels = [{ k: "a", asked: "2001-03-02T00:00:00Z" }];
    const stepsOf = async (service: typeof corrected) => {
      const frame = await lab.frame(service, { labels, timestamp: "asked" });
      const [view] = (await frame.explain()).views;
      await frame.close();
      return view?.steps;
    };
    expect(await stepsOf(corrected)).toContainEqual({ step: "have an id", read: 6, kept: 5 });
    expect(await stepsOf(marked)).toContainEqual({ step: "are not deleted", read: 6, kept: 4 });
  });
});
