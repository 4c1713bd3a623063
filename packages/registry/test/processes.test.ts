import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openRegistry } from "@lockstep/registry";
import { beforeAll, expect, test } from "vitest";
import { flightsRepo } from "./flights-repo.js";
import { registryFolder } from "./folder.js";

const here = fileURLToPath(new URL(".", import.meta.url));

// The children run what is built.
beforeAll(() => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  execFileSync(`${root}node_modules/.bin/tsc`, ["-b", "packages/registry"], { cwd: root });
});

/** A child process that answers each message with one line. */
async function rival(folder: string, by: string) {
  const child = spawn(process.execPath, [`${here}rival.mjs`, folder, by], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await lines.next()).value);
  await answer();
  const ask = (message: object) => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    return answer();
  };
  return { ask, end: () => child.stdin.end() };
}

test("two processes that apply at once never both win", async () => {
  const folder = registryFolder();
  const rivals = await Promise.all([rival(folder, "one"), rival(folder, "two")]);
  for (let round = 0; round < 20; round++) {
    const repo = flightsRepo({ path: `data/${round}.parquet` });
    // Who is asked first has a head start.
    const asked = round % 2 === 0 ? rivals : rivals.toReversed();
    const results = await Promise.all(asked.map((r) => r.ask({ expected: round, repo })));
    expect([...results].sort()).toEqual(["REGISTRY_CONFLICT", "won"]);
  }
  const { versions } = await (await openRegistry(folder)).state();
  expect(versions.map((v) => v.version)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(versions.map((v) => v.generations["origin_delays"])).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  for (const r of rivals) r.end();
});

test("runs of several processes share no number", async () => {
  const folder = registryFolder();
  const rivals = await Promise.all(["a", "b", "c", "d"].map((by) => rival(folder, by)));
  const numbers = (await Promise.all(rivals.map((r) => r.ask({ runs: 25 })))).flat();
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  for (const r of rivals) r.end();
});
