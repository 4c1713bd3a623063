import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openLmdbStore, openOnlineStore, packStates, readStamp, type Stamp, type StateWrite } from "@lockstep/online";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onlineRowsSuite } from "./online-rows.suite.js";
import { onlineStoreSuite } from "./online-store.suite.js";
import { hex, payloadOf, stamp, state, write } from "./states.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WRITER = fileURLToPath(new URL("lmdb-writer.mjs", import.meta.url));

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), "lockstep-lmdb-"));

const open = async () => {
  const path = await folder();
  return {
    store: (project: string) => openOnlineStore({ kind: "lmdb", path }, project),
    close: () => rm(path, { recursive: true }),
  };
};
onlineStoreSuite("lmdb", open);
onlineRowsSuite("lmdb", open);

describe("lmdb", () => {
  const paths: string[] = [];
  const freshFolder = async (): Promise<string> => {
    const path = await folder();
    paths.push(path);
    return path;
  };
  afterAll(async () => {
    for (const path of paths) await rm(path, { recursive: true, force: true });
  });

  test("a second handle can be opened while the first is writing", async () => {
    const path = await freshFolder();
    const first = await openLmdbStore({ path, project: "p" });
    const states = Array.from({ length: 30_000 }, (_, i) => write(`k${i}`, stamp(1)));
    const writing = first.write(1, packStates(states));
    const more = await Promise.all(Array.from({ length: 10 }, () => openLmdbStore({ path: `${path}/`, project: "p" })));
    await Promise.all([writing, ...more.map((store, i) => store.write(1, packStates([write(`k${i}`, stamp(2))])))]);
    await Promise.all([first, ...more].map((store) => store.close()));
    const again = await openLmdbStore({ path, project: "p" });
    const { states: held } = await again.read([{ key: Buffer.from("k9"), generations: [1] }], []);
    expect(hex(held[0]?.[0])).toBe(hex(state(stamp(2))));
    await again.close();
  });

  test("older states are found where as many keys were written as there are, and another handle removed one", async () => {
    const path = await freshFolder();
    const [one, other] = [await openLmdbStore({ path, project: "p" }), await openLmdbStore({ path, project: "p" })];
    await one.write(1, packStates([write("a", stamp(1)), write("b", stamp(1))]));
    await one.write(1, packStates([write("a", stamp(2)), write("c", stamp(2))]));
    await other.remove(Buffer.from("c"), [1]);
    await one.write(2, packStates([write("a", stamp(2))]));
    expect(await one.removeOlder(1, stamp(2))).toBe(1);
    await one.write(1, packStates([write("a", stamp(3)), write("a", stamp(3)), write("d", stamp(3))]));
    expect(await one.removeOlder(1, stamp(3))).toBe(0);
    await one.write(1, packStates([write("a", stamp(4)), write("a", stamp(4))]));
    expect(await one.removeOlder(1, stamp(4))).toBe(1);
    await Promise.all([one, other].map((store) => store.close()));
  });

  test("keys that come after all others are appended, and those before and between them put as ever", async () => {
    const path = await freshFolder();
    const store = await openLmdbStore({ path, project: "p" });
    const some = (of: number, by: (i: number) => Stamp) =>
      Array.from({ length: 10_000 }, (_, i) =>
        write(`k${1_000_000 + 3 * i + of}`, by(i), "payload of forty bytes, more or less ..."),
      );
    const put = (generation: number, states: readonly StateWrite[]) => store.write(generation, packStates(states));
    const first = some(1, () => stamp(3));
    await put(2, first.slice(0, 6_000));
    await put(2, first.slice(6_000));
    // Another generation's lie before all of these, then some of its own lie before, between and after.
    expect(await put(1, first)).toEqual({ written: 10_000, kept: 0 });
    expect(
      await put(
        2,
        some(2, () => stamp(1)),
      ),
    ).toEqual({ written: 10_000, kept: 0 });
    const last = some(1, (i) => stamp(i % 2 === 0 ? 4 : 2));
    expect(await put(2, [...some(0, () => stamp(1)), ...last])).toEqual({ written: 15_000, kept: 5_000 });
    const reads = last.map(({ key }) => ({ key, generations: [1, 2] }));
    const { states } = await store.read(reads, []);
    expect(states.map(([one, two]) => [one, two].map((held) => held && readStamp(held)))).toEqual(
      last.map((_, i) => [stamp(3), stamp(i % 2 === 0 ? 4 : 3)]),
    );
    await store.close();
  });

  test("a store finishes what is under way before it closes", async () => {
    const path = await freshFolder();
    const store = await openLmdbStore({ path, project: "p" });
    const states = Array.from({ length: 30_000 }, (_, i) => write(`k${i}`, stamp(1)));
    const [writing, last] = [store.write(2, packStates(states)), store.write(1, packStates([write("k", stamp(1))]))];
    const [, reopened] = await Promise.all([store.close(), openLmdbStore({ path, project: "p" })]);
    expect(await last).toEqual({ written: 1, kept: 0 });
    expect(await writing).toEqual({ written: 30_000, kept: 0 });
    const { states: held } = await reopened.read([{ key: Buffer.from("k"), generations: [1] }], []);
    expect(hex(held[0]?.[0])).toBe(hex(state(stamp(1))));
    await reopened.close();
  });

  test("a path that can't be a store is an error with a place and no stack", async () => {
    const path = await freshFolder();
    await writeFile(join(path, "file"), "not a folder");
    await mkdir(join(path, "damaged"));
    await writeFile(join(path, "damaged", "data.mdb"), Buffer.alloc(8_192, "damaged"));
    for (const name of ["file", "damaged"]) {
      const error = await openLmdbStore({ path: join(path, name), project: "p" }).catch((error: unknown) => error);
      expect(error).toMatchObject({ name: "LockstepError", code: "ONLINE_UNAVAILABLE" });
      expect(String(error)).toContain(join(path, name));
      expect(String(error)).not.toMatch(/\n\s+at /);
    }
    await expect(openLmdbStore({ path, project: "p".repeat(256) })).rejects.toMatchObject({ code: "PROJECT_INVALID" });
  });

  // Root may write any folder, whatever its mode: there is nothing to refuse.
  test.skipIf(process.getuid?.() === 0)("a folder that may not be written is ONLINE_READ_ONLY", async () => {
    const path = await freshFolder();
    await chmod(path, 0o500);
    await expect(openLmdbStore({ path, project: "p" })).rejects.toMatchObject({ code: "ONLINE_READ_ONLY" });
    await chmod(path, 0o700);
  });

  describe("with other processes", () => {
    const KEYS = 20_000;

    beforeAll(
      () =>
        new Promise<void>((resolve) => {
          // What it says is no matter here: where it built nothing, the writer fails to start.
          execFile("npx", ["--no-install", "tsc", "-b", "packages/online"], { cwd: ROOT }, () => resolve());
        }),
    );

    test("a writer killed at any moment leaves each key wholly old or wholly new, and the store usable", async () => {
      const path = await freshFolder();
      const store = await openLmdbStore({ path, project: "p" });
      let published = 0;
      for (let round = 0; round < 6; round++) {
        const writer = startWriter(path, 1 + published, 1_000, KEYS);
        await writer.said(/published/);
        await new Promise((resolve) => setTimeout(resolve, 17 * round + Math.random() * 60));
        writer.kill();
        await writer.ended;
        published = await checkEveryKey(store, KEYS);
        expect(published).toBeGreaterThanOrEqual(writer.lastPublished());
        const own = { key: Buffer.from("own"), value: state(stamp(round)) };
        expect(await store.write(2, packStates([own]))).toEqual({ written: 1, kept: 0 });
      }
      expect(await store.sweep(1)).toBe(KEYS);
      await store.close();
    });

    test("writers at the same time end in the greatest of their stamps, though some are killed", async () => {
      const path = await freshFolder();
      const writers = [1, 101, 201].map((run) => startWriter(path, run, 4, 5_000));
      const killed = startWriter(path, 301, 1_000, 5_000);
      const store = await openLmdbStore({ path, project: "p" });
      await killed.said(/published/);
      killed.kill();
      await Promise.all([...writers, killed].map(({ ended }) => ended));
      for (const writer of writers) expect(writer.process.exitCode).toBe(0);
      expect(await checkEveryKey(store, 5_000)).toBeGreaterThanOrEqual(killed.lastPublished());
      await store.close();
    });
  });
});

/** Each key is what one run wrote whole, no older than the mark; gives the mark's run. */
async function checkEveryKey(store: Awaited<ReturnType<typeof openLmdbStore>>, count: number): Promise<number> {
  const keys = Array.from({ length: count }, (_, i) => ({ key: Buffer.from(`key ${i}`), generations: [1] }));
  const { states, published } = await store.read(keys, [1]);
  const run = published.get(1)?.run ?? 0;
  const broken = states.filter(([value], i) => {
    if (!value) return true;
    const bytes = Buffer.from(value);
    const own = bytes.readUInt32BE(9);
    const payload = payloadOf(bytes);
    return own < run || payload.length !== 90 + (i % 40) || !payload.every((byte) => byte === own % 251);
  });
  expect(broken).toEqual([]);
  return run;
}

interface Writer {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  said(what: RegExp): Promise<void>;
  kill(): void;
  lastPublished(): number;
}

function startWriter(path: string, firstRun: number, runs: number, keys: number): Writer {
  const child = spawn(process.execPath, [WRITER, path, "p", ...[firstRun, runs, keys].map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const killToo = (): boolean => child.kill("SIGKILL");
  process.once("exit", killToo);
  child.once("exit", () => process.off("exit", killToo));
  let output = "";
  const listeners: (() => void)[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    process: child,
    ended,
    said: (what) =>
      new Promise((resolve, reject) => {
        const listen = (): void => {
          if (what.test(output)) resolve();
        };
        listeners.push(listen);
        listen();
        void ended.then(() => reject(new Error(`the writer ended without saying ${what}`)));
      }),
    kill: () => child.kill("SIGKILL"),
    lastPublished: () => Number([...output.matchAll(/published (\d+)\n/g)].at(-1)?.[1] ?? 0),
  };
}
