import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EMPTY_STATE, openRegistry } from "@lockstep/registry";
import { expect, test } from "vitest";
import { flightsRepo } from "./flights-repo.js";
import { registryFolder } from "./folder.js";

const bundle = new TextEncoder().encode("export {}");
const repo = flightsRepo();

test("a registry that is not there is empty, and looking does not create it", async () => {
  const folder = registryFolder();
  const registry = await openRegistry(folder);
  expect(await registry.state()).toEqual(EMPTY_STATE);
  expect(existsSync(folder)).toBe(false);
});

test("an applied version comes back as it went, in this and in another process's view", async () => {
  const folder = registryFolder();
  const registry = await openRegistry(folder);
  const other = await openRegistry(folder);
  const version = await registry.apply(0, repo, bundle, "ann");
  expect(version).toMatchObject({ version: 1, generations: { origin_delays: 1 }, appliedBy: "ann" });
  expect(version.repo).toEqual(repo);
  expect((await other.state()).head).toEqual(version);
  expect(await other.bundle(version.bundle)).toEqual(Buffer.from(bundle));
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

test("apply against a head that moved is a conflict, and nothing is written", async () => {
  const folder = registryFolder();
  const [one, two] = [await openRegistry(folder), await openRegistry(folder)];
  await one.apply(0, repo, bundle, "ann");
  await expect(two.apply(0, repo, bundle, "bob")).rejects.toThrow(
    /REGISTRY_CONFLICT at version 1: .*version 0, and ann has applied version 1/,
  );
  expect((await two.state()).versions).toHaveLength(1);
  await expect(two.apply(7, repo, bundle, "bob")).rejects.toMatchObject({ code: "REGISTRY_CONFLICT" });
});

test("a run in between is no conflict", async () => {
  const folder = registryFolder();
  const [one, two] = [await openRegistry(folder), await openRegistry(folder)];
  await one.apply(0, repo, bundle, "ann");
  await one.state();
  await two.startRun("origin_delays", 1, 5n);
  expect(await one.apply(1, repo, bundle, "ann")).toMatchObject({ version: 2 });
});

test("a registry belongs to one project", async () => {
  const registry = await openRegistry(registryFolder());
  await registry.apply(0, repo, bundle, "ann");
  await expect(registry.apply(1, { ...repo, project: "other" }, bundle, "ann")).rejects.toMatchObject({
    code: "REGISTRY_PROJECT",
  });
});

test("a run runs until it ends, once", async () => {
  const registry = await openRegistry(registryFolder());
  const run = await registry.startRun("origin_delays", 1, -(2n ** 63n));
  expect(run).toMatchObject({ run: 1, state: "running", watermark: "-9223372036854775808" });
  const second = await registry.startRun("origin_delays", 1, 5n);
  await registry.finishRun(run.run, { state: "complete", keys: 3, rows: 10, unused: { "null key": 1 } });
  await registry.finishRun(second.run, { state: "failed", error: "no disk" });
  const { runs } = await registry.state();
  expect(runs).toMatchObject([
    { run: 1, state: "complete", keys: 3, rows: 10, unused: { "null key": 1 } },
    { run: 2, state: "failed", error: "no disk" },
  ]);
  await expect(registry.finishRun(1, { state: "complete" })).rejects.toThrow(/it has already ended as complete/);
  await expect(registry.finishRun(99, { state: "complete" })).rejects.toThrow(/there is no such run/);
});

test("fifty concurrent runs have fifty numbers", async () => {
  const folder = registryFolder();
  const registries = await Promise.all(Array.from({ length: 10 }, () => openRegistry(folder)));
  const runs = await Promise.all(
    Array.from({ length: 50 }, (_, i) => registries[i % 10]?.startRun("origin_delays", 1, BigInt(i))),
  );
  expect(new Set(runs.map((r) => r?.run)).size).toBe(50);
  const state = await registries[0]?.state();
  expect(state?.runs.map((r) => r.run)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(new Set(state?.runs.map((r) => r.watermark)).size).toBe(50);
});

test("a place that is no folder is refused", async () => {
  const folder = registryFolder();
  writeFileSync(folder, "");
  await expect(openRegistry(folder)).rejects.toMatchObject({ code: "REGISTRY_PLACE" });
  await expect(openRegistry("s3://bucket/registry")).rejects.toMatchObject({ code: "REGISTRY_PLACE" });
});
