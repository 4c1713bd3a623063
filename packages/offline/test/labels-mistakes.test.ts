import { type FeatureService, featureService } from "@lockstep/core";
import { beforeAll, describe, expect, it } from "vitest";
import type { Labels } from "../src/index.js";
import { useLab } from "./lab.js";
import { AT, ORDERS, shopping, spending } from "./orders.js";

const lab = useLab();
beforeAll(() => lab.parquet("orders.parquet", ORDERS));
const frame = (labels: Labels, timestamp = "asked", service: FeatureService = shopping) =>
  lab.frame(service, { labels, timestamp });
const tables = () => lab.db.rows("SELECT table_name FROM duckdb_tables()");

describe("labels are refused", () => {
  it("without an instant, with the rows' numbers", async () => {
    const labels = [AT, null, AT, null].map((asked) => ({ id: 1n, asked }));
    await expect(frame(labels)).rejects.toThrow(
      "LABELS_TIMESTAMP_NULL at labels, column 'asked': 2 rows have no instant (rows 1, 3, counted from 0); a feature is asked for at an instant",
    );
    const sql = "SELECT 1::BIGINT AS id, NULL::TIMESTAMP AS asked FROM range(100)";
    await expect(frame({ sql })).rejects.toThrow("100 rows have no instant (rows 0, 1, 2, 3, 4, ..., counted from 0)");
    await expect(frame({ sql: "SELECT 1::BIGINT AS id, TIMESTAMP 'infinity' AS asked" })).rejects.toThrow(
      "1 row has no instant (rows 0",
    );
  });

  it("without a column that the service needs, with the nearest that they have", async () => {
    await expect(frame({ sql: `SELECT 1::BIGINT AS idd, TIMESTAMP '2001-03-01' AS asked` })).rejects.toThrow(
      "LABELS_COLUMN at labels, column 'id': the labels have no such column (did you mean 'idd'?); the service needs it",
    );
    await expect(frame({ sql: `SELECT 1::BIGINT AS id, TIMESTAMP '2001-03-01' AS asked` }, "askd")).rejects.toThrow(
      "LABELS_COLUMN at labels, column 'askd': the labels have no such column (did you mean 'asked'?); name their timestamp column: they have id, asked",
    );
    await expect(frame([{ asked: AT }])).rejects.toMatchObject({ code: "LABELS_COLUMN" });
  });

  it("with a column of another type", async () => {
    await expect(frame({ sql: `SELECT '1' AS id, 5 AS asked` })).rejects.toMatchObject({
      diagnostics: [
        {
          code: "LABELS_COLUMN_TYPE",
          place: "labels, column 'id'",
          what: "it is VARCHAR, the service needs a int64",
          mend: "cast it where the labels are made: '1' is not 1",
        },
        {
          code: "LABELS_COLUMN_TYPE",
          place: "labels, column 'asked'",
          what: "it is INTEGER, the service needs a timestamp",
        },
      ],
    });
    await expect(frame({ sql: `SELECT 1::DOUBLE AS id, TIMESTAMP '2001-03-01' AS asked` })).rejects.toMatchObject({
      code: "LABELS_COLUMN_TYPE",
    });
    await expect(frame({ sql: `SELECT 1::HUGEINT AS id, TIMESTAMP '2001-03-01' AS asked` })).rejects.toMatchObject({
      code: "LABELS_COLUMN_TYPE",
    });
  });

  it("as row objects whose values are not of one type, or not of the input's", async () => {
    await expect(
      frame([
        { id: 1, asked: AT, x: 1 },
        { id: 1, asked: AT, x: "1" },
      ]),
    ).rejects.toThrow(
      "LABELS_COLUMN_TYPE at labels, column 'x': its values are not all of one simple type; give numbers, bigints, text or booleans",
    );
    await expect(
      frame([
        { id: 1, asked: AT },
        { id: "one", asked: AT },
      ]),
    ).rejects.toThrow(`VALUE_INVALID at labels, row 1, 'id': "one" is not a int64`);
    await expect(frame([{ id: 1, asked: "noon" }])).rejects.toThrow(
      `VALUE_INVALID at labels, row 0, 'asked': "noon" is not a timestamp`,
    );
  });

  it("as a file that is not there or of no known format", async () => {
    await expect(frame(lab.path("none.parquet"))).rejects.toMatchObject({
      code: "LABELS_MISSING",
      diagnostics: [{ place: lab.path("none.parquet"), mend: "give the path of a Parquet, CSV, JSON or Arrow file" }],
    });
    await expect(frame(lab.write("labels.txt", ""))).rejects.toThrow("LABELS_FORMAT");
  });

  it("where one of their columns has a feature's name, whatever its case", async () => {
    const clashing = { sql: `SELECT 1::BIGINT AS id, TIMESTAMP '2001-03-01' AS asked, 5 AS Spending__Total_1h` };
    await expect(frame(clashing)).rejects.toThrow(
      "FRAME_COLUMN_CLASH at column 'spending__total_1h': the labels already have a column 'Spending__Total_1h'; rename",
    );
    const renamed = featureService("s", [spending.rename({ total_1h: "asked" })]);
    await expect(frame([{ id: 1, asked: AT }], "asked", renamed)).rejects.toMatchObject({ code: "FRAME_COLUMN_CLASH" });
  });

  it("where one of their columns has a status's name, if statuses are asked for", async () => {
    const labels = [{ id: 1, asked: AT, spending__total_1h__status: "x" }];
    await expect(lab.frame(shopping, { labels, timestamp: "asked", statuses: true })).rejects.toMatchObject({
      code: "FRAME_COLUMN_CLASH",
    });
    const rows = await lab.rows(shopping, { labels, timestamp: "asked" });
    expect(rows[0]).toMatchObject({ spending__total_1h__status: "x" });
  });

  it("where one of their columns has the name of the row number", async () => {
    for (const labels of [
      { sql: `SELECT 1::BIGINT AS id, TIMESTAMP '2001-03-01' AS asked, 5 AS __ROW` },
      [{ id: 1, asked: AT, __row: 5 }],
    ]) {
      await expect(frame(labels)).rejects.toThrow(
        "the frame numbers its rows under this name; rename the label's column",
      );
    }
  });

  it("and leave nothing behind in the database", async () => {
    const before = await tables();
    await expect(frame([{ id: 1, asked: null }])).rejects.toThrow();
    await expect(frame({ sql: "SELECT 1 AS id" })).rejects.toThrow();
    expect(await tables()).toEqual(before);
  });
});
