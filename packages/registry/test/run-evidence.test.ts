import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { evidenceFolder, type RunEvidence } from "../src/index.js";

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "lockstep-evidence-"));
});
afterEach(() => rm(path, { recursive: true }));

const noted = (run: number, view = "v"): RunEvidence => ({ format: 1, run, view, files: null, engine: null });

test("what a run noted comes back; what is damaged or absent is none", async () => {
  const folder = evidenceFolder(join(path, "below"));
  await folder.make();
  const file = { path: "/a.parquet", bytes: 3, modified: 1.5, of: "whole", sha256: "ab" } as const;
  await folder.put({ ...noted(1), files: [file], engine: "duckdb v1" });
  expect(await folder.get(1)).toEqual({ ...noted(1), files: [file], engine: "duckdb v1" });
  expect(await folder.get(2)).toBeNull();
  await writeFile(join(path, "below", "3.json"), '{"format":1');
  expect(await folder.get(3)).toBeNull();
});

test("the newest of each view stay, and those that states may be of", async () => {
  const folder = evidenceFolder(path);
  for (const run of [1, 2, 3, 10]) {
    await folder.put(noted(run));
    await writeFile(folder.keysPath(run), "");
  }
  await folder.put(noted(4, "w"));
  await folder.prune(1, new Set([2]));
  expect((await readdir(path)).sort()).toEqual(["10.json", "10.parquet", "2.json", "2.parquet", "4.json"]);
});
