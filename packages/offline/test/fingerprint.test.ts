import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SourceIR } from "@lockstep/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database, fingerprints, localSources } from "../src/index.js";

let db: Database;
let folder: string;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
  folder = await mkdtemp(join(tmpdir(), "lockstep-fingerprint-"));
});
afterAll(async () => {
  db.close();
  await rm(folder, { recursive: true });
});

const source = (path: string) => ({ name: "s", path }) as unknown as SourceIR;
const write = (name: string, sql: string) => db.run(`COPY (${sql}) TO '${join(folder, name)}' (FORMAT parquet)`);
const of = (path: string) => fingerprints(db, localSources(folder), source(path));

test("small files are hashed whole, large ones by their footer", async () => {
  await write("small-1.parquet", "SELECT 1 AS a");
  await write("small-2.parquet", "SELECT 2 AS a");
  const small = await of("small-*.parquet");
  expect(small?.map((f) => f.of)).toEqual(["whole", "whole"]);
  expect(small?.[0]?.sha256).not.toBe(small?.[1]?.sha256);
  const large = (extra: number) =>
    write("large.parquet", `SELECT hash(i + ${extra}) AS a, random() AS b FROM range(600000) r(i)`);
  await large(0);
  const [first] = (await of("large.parquet")) ?? [];
  expect(first).toMatchObject({ of: "footer", path: join(folder, "large.parquet") });
  expect(await of("large.parquet")).toEqual([first]);
  await large(1);
  expect((await of("large.parquet"))?.[0]?.sha256).not.toBe(first?.sha256);
});

test("what can't be looked at has none", async () => {
  expect(await of("absent.parquet")).toBeNull();
  expect(await of("s3://bucket/a.parquet")).toBeNull();
});
