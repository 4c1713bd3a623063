import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { LockstepError } from "@lockstep/core";
import { afterEach, describe, expect, it } from "vitest";
import { Database, type DatabaseOptions } from "../src/index.js";

const opened: Database[] = [];
const open = async (options: DatabaseOptions = {}) => {
  const db = await Database.open({ threads: 1, ...options });
  opened.push(db);
  return db;
};
afterEach(() => {
  for (const db of opened.splice(0)) db.close();
});
const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (e: unknown) => e,
  );

/** Long enough that only an interruption ends it. */
const ENDLESS = "SELECT sum(hash(a.i, b.i) % 7) FROM range(10000000) a(i), range(1000000) b(i)";

describe("an error of the engine", () => {
  it.each(["SELEC 1", "SELECT * FROM nothing", "SELECT error('no')", "SELECT 9223372036854775807 + 1"])(
    "is its first line as a LockstepError, and the query is its cause's: %s",
    async (sql) => {
      const db = await open();
      for (const work of [() => db.run(sql), () => db.rows(sql), () => db.chunks(sql).next()]) {
        const error = await failure(work());
        expect(error).toBeInstanceOf(LockstepError);
        expect(error).toMatchObject({ code: "OFFLINE_QUERY", cause: { sql } });
        expect((error as Error).message).not.toContain("\n");
      }
    },
  );

  it("that the SQL raised with a code keeps its code", async () => {
    const db = await open();
    expect(await failure(db.run("SELECT error('AGGREGATE_OVERFLOW: v.f for key ' || 5)"))).toMatchObject({
      diagnostics: [{ code: "AGGREGATE_OVERFLOW", what: "v.f for key 5" }],
    });
  });

  it("that only quotes such a code has none", async () => {
    const db = await open();
    expect(await failure(db.run("SELECT 'NO_CODE: 5'::INTEGER"))).toMatchObject({ code: "OFFLINE_QUERY" });
  });

  it("while a result streams is one, too", async () => {
    const db = await open();
    const read = async () => {
      for await (const _ of db.chunks(
        "SELECT CASE WHEN i = 9000 THEN error('LATE_ONE: here') ELSE i END FROM range(10000) t(i)",
      ));
    };
    expect(await failure(read())).toMatchObject({ code: "LATE_ONE" });
  });
});

describe("an interruption", () => {
  it("ends the statement under way", async () => {
    const controller = new AbortController();
    const db = await open({ signal: controller.signal });
    const work = failure(db.rows(ENDLESS));
    setTimeout(() => controller.abort(), 20);
    expect(await work).toMatchObject({ code: "INTERRUPTED", diagnostics: [{ what: "the query was interrupted" }] });
  });

  it("lets no further statement begin", async () => {
    const controller = new AbortController();
    const db = await open({ signal: controller.signal });
    controller.abort();
    for (const work of [db.run("SELECT 1"), db.rows("SELECT 1"), db.chunks("SELECT 1").next()]) {
      expect(await failure(work)).toMatchObject({ code: "INTERRUPTED" });
    }
  });

  it("that came before lets no database open", async () => {
    expect(await failure(Database.open({ signal: AbortSignal.abort() }))).toMatchObject({ code: "INTERRUPTED" });
  });

  it("still lets temporary tables go", async () => {
    const controller = new AbortController();
    const db = await open({ signal: controller.signal });
    await db.createTable("kept", "AS SELECT 1");
    await failure(db.createTable("never_there", "AS SELECT 1 FROM nothing"));
    controller.abort();
    await db.release();
    const left = await db.connection.runAndReadAll("SELECT count(*)::INTEGER FROM duckdb_tables()");
    expect(left.getRows()).toEqual([[0]]);
  });
});

describe("a database", () => {
  it("reports how far a statement is, between 0 and 1", async () => {
    const seen: number[] = [];
    const controller = new AbortController();
    const db = await open({
      signal: controller.signal,
      onProgress: (fraction) => {
        seen.push(fraction);
        controller.abort();
      },
    });
    await db.connection.run("SET enable_progress_bar = true");
    await db.connection.run("SET enable_progress_bar_print = false");
    await failure(db.run(ENDLESS));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((f) => f >= 0 && f <= 1)).toBe(true);
  });

  it("is in UTC, whatever the machine's zone", async () => {
    const db = await open();
    expect(await db.rows("SELECT TIMESTAMPTZ '2001-03-01 12:00:00+01'::TIMESTAMP::VARCHAR AS utc")).toEqual([
      { utc: "2001-03-01 11:00:00" },
    ]);
  });

  it("uses its memory limit and threads", async () => {
    const db = await open({ memoryLimit: "500MB", threads: 2 });
    expect(
      await db.rows("SELECT current_setting('threads')::INTEGER AS threads, current_setting('memory_limit') AS memory"),
    ).toEqual([{ threads: 2, memory: "476.8 MiB" }]);
  });

  it("may be over a connection of the caller's, which is in UTC meanwhile and stays open", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lockstep-database-"));
    const instance = await DuckDBInstance.create(join(folder, "a.duckdb"));
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'Asia/Tokyo'");
    const [db, other] = [await Database.over(connection), await Database.over(connection)];
    expect(await db.rows("SELECT TIMESTAMPTZ '2001-03-01 12:00:00+01'::TIMESTAMP::VARCHAR AS utc")).toEqual([
      { utc: "2001-03-01 11:00:00" },
    ]);
    const zone = async () => (await connection.runAndReadAll("SELECT current_setting('TimeZone')")).getRows();
    await db.release();
    await db.release();
    expect(await zone()).toEqual([["UTC"]]);
    await other.release();
    other.close();
    expect(await zone()).toEqual([["Asia/Tokyo"]]);
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  });
});
