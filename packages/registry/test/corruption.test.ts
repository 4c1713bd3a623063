import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openRegistry } from "@lockstep/registry";
import { expect, test } from "vitest";
import { flightsRepo } from "./flights-repo.js";
import { registryFolder } from "./folder.js";

const bundle = new TextEncoder().encode("export {}");

/** A registry with a version and two runs: entries 1 to 3. */
async function filled() {
  const folder = registryFolder();
  const registry = await openRegistry(folder);
  const version = await registry.apply(0, flightsRepo(), bundle, "ann");
  await registry.startRun("origin_delays", 1, 5n);
  await registry.startRun("origin_delays", 1, 6n);
  const entry = (n: number) => join(folder, "log", `0000000${n}.json`);
  return { folder, registry, version, entry, blob: join(folder, "blobs", version.bundle) };
}

const corrupt = (place: string) => ({ code: "REGISTRY_CORRUPT", diagnostics: [{ place }] });
const stateOf = async (folder: string) => (await openRegistry(folder)).state();

test("a truncated entry is named", async () => {
  const { folder, entry } = await filled();
  truncateSync(entry(1), 100);
  await expect(stateOf(folder)).rejects.toMatchObject(corrupt(entry(1)));
  truncateSync(entry(1), 0);
  await expect(stateOf(folder)).rejects.toThrow(/it is empty/);
});

test("an entry that is missing is named", async () => {
  const { folder, entry } = await filled();
  rmSync(entry(2));
  await expect(stateOf(folder)).rejects.toMatchObject(corrupt(entry(2)));
});

test("a foreign file is named, a hidden one is not looked at", async () => {
  const { folder } = await filled();
  writeFileSync(join(folder, "log", ".DS_Store"), "x");
  await stateOf(folder);
  for (const name of ["notes.txt", "4.json", "00000000.json", "000000004.json"]) {
    const foreign = join(folder, "log", name);
    writeFileSync(foreign, "{}");
    await expect(stateOf(folder)).rejects.toMatchObject(corrupt(foreign));
    rmSync(foreign);
  }
});

test("an entry in another's place, or with fields that nobody wrote, is named", async () => {
  const { folder, entry } = await filled();
  const text = readFileSync(entry(2), "utf8");
  writeFileSync(entry(3), text);
  await expect(stateOf(folder)).rejects.toThrow(/it holds entry 2 in the place of 3/);
  writeFileSync(entry(3), JSON.stringify({ ...JSON.parse(text), sequence: 3, more: 1 }));
  await expect(stateOf(folder)).rejects.toMatchObject(corrupt(entry(3)));
  writeFileSync(entry(3), JSON.stringify({ format: 2 }));
  await expect(stateOf(folder)).rejects.toMatchObject({ code: "REGISTRY_FORMAT" });
});

test("an end of a run that never began is refused", async () => {
  const { folder, entry } = await filled();
  const event = { kind: "runFinished", run: 1, state: "complete", at: "2001-01-01T00:00:00Z" };
  writeFileSync(entry(4), JSON.stringify({ format: 1, sequence: 4, event }));
  await expect(stateOf(folder)).rejects.toThrow(/REGISTRY_CORRUPT at entry 4 .*run 1, which is not running/);
});

test("a log that lost its end is not written on", async () => {
  const { registry, entry } = await filled();
  rmSync(entry(3));
  await expect(registry.startRun("origin_delays", 1, 7n)).rejects.toMatchObject(corrupt(entry(3)));
});

test("a bundle's bytes are checked against their hash", async () => {
  const { registry, version, blob } = await filled();
  writeFileSync(blob, "export const evil = 1;");
  await expect(registry.bundle(version.bundle)).rejects.toThrow(/REGISTRY_CORRUPT .*blob [0-9a-f]{64}: its bytes/);
  rmSync(blob);
  await expect(registry.bundle(version.bundle)).rejects.toThrow(/it is missing/);
  await expect(registry.bundle("../log/00000001.json")).rejects.toMatchObject({ code: "REGISTRY_CORRUPT" });
});

test("what the file system refuses is told in a sentence", async () => {
  const folder = registryFolder();
  mkdirSync(folder);
  writeFileSync(join(folder, "log"), "");
  await expect(stateOf(folder)).rejects.toMatchObject({ code: "REGISTRY_UNAVAILABLE" });
});
