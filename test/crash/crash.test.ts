import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { featureService } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { createReader, encodeKey, type OnlineStore, openOnlineStore } from "@lockstep/online";
import { openRegistry, type Registry } from "@lockstep/registry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Random, randomFrom } from "../support/random.js";
import { startRedis } from "../support/redis-server.js";
import { declared } from "./views.mjs";

/** How often a run is killed, of each store, and the seed of the moments: `npm run fuzz -- crash` sets them. */
const KILLS = Number(process.env["LOCKSTEP_FUZZ_RUNS"] ?? 10);
const SEED = Number(process.env["LOCKSTEP_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const KEYS = 12_000;
const MINUTE = 60_000_000n;
const START = 983_448_000_000_000n;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RUN = fileURLToPath(new URL("./run.mjs", import.meta.url));

interface Place {
  readonly online: Parameters<typeof openOnlineStore>[0];
  readonly registryPath: string;
}
interface Opened extends Place {
  readonly store: OnlineStore;
  readonly registry: Registry;
}

let folder: string;
let parquet: string;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    // Where it builds nothing, the processes fail to start.
    execFile("npx", ["--no-install", "tsc", "-b"], { cwd: ROOT }, () => resolve());
  });
  folder = await mkdtemp(join(tmpdir(), "lockstep-crash-"));
  parquet = join(folder, "events.parquet");
  const db = await Database.open({ threads: 1 });
  // Every key in the first minute; then in each minute a third of them, and some that are new.
  await db.run(`COPY (
    SELECT make_timestamp(${START} + m * ${MINUTE} + k % 50000000) AS at, make_timestamp(${START} + m * ${MINUTE} + k % 50000000) AS known,
      k, (k * 7 + m) % 1000 AS v
    FROM range(0, ${KILLS + 2}) m(m), range(0, ${KEYS}) k(k)
    WHERE CASE WHEN k % 10 = 9 THEN m = k // 10 % ${KILLS + 2} ELSE m = 0 OR (k + m) % 3 = 0 END
  ) TO '${parquet}' (FORMAT parquet)`);
  db.close();
});
afterAll(async () => {
  for (const end of ends) await end();
  await rm(folder, { recursive: true, force: true });
});

const places: Record<string, () => Promise<Place["online"]>> = {
  lmdb: async () => ({ kind: "lmdb", path: join(folder, "online") }),
  redis: async () => {
    const server = await startRedis();
    ends.push(() => server.stop());
    // Nothing is decided by how long a busy machine takes.
    return { kind: "redis", url: server.url, commandTimeout: 600_000 };
  },
};

describe.each(Object.keys(places))("a run that is killed at any moment, on %s", (kind) => {
  test("ends, once it is run again, in the bytes of one that was not", { timeout: 3_600_000 }, async () => {
    const online = await (places[kind] as (typeof places)["lmdb"])();
    const killed = await open(online, join(folder, `${kind} registry`));
    const whole = await open(
      { kind: "lmdb", path: join(folder, `${kind} whole`) },
      join(folder, `${kind} whole registry`),
    );
    const reader = readerOf(killed.store);
    const random = randomFrom(SEED);
    let took = 300;
    let unfinished = 0;

    for (let round = 0; round <= KILLS; round++) {
      const watermark = START + BigInt(round + 1) * MINUTE;
      const full = round % 2 === 0;
      const before = await bytesOf(whole.store);
      const started = performance.now();
      expect(await run(whole, watermark, full).ended).toMatch(full ? /ended full/ : /ended incremental/);
      if (round > 0) took = Math.min(took * 2, performance.now() - started);
      const after = await bytesOf(whole.store);
      if (round > 0) {
        const { child, said, ended } = run(killed, watermark, full);
        await said;
        const wait = sleep((random(1_000) / 1_000) * took);
        let over = false;
        void wait.then(() => {
          over = true;
        });
        do {
          const now = await bytesOf(killed.store);
          expect(now.filter((bytes, i) => bytes !== before[i] && bytes !== after[i])).toEqual([]);
          await expectOldOrRefused(reader, watermark - MINUTE, random);
          // Reads of LMDB alone never let a timer have its turn.
          await sleep(1);
        } while (!over);
        child.kill("SIGKILL");
        await ended;
        const { runs } = await killed.registry.state();
        if (runs.at(-1)?.state === "running") unfinished++;
        const left = await bytesOf(killed.store);
        expect(left.filter((bytes, i) => bytes !== before[i] && bytes !== after[i])).toEqual([]);
      }
      expect(await run(killed, watermark, full).ended).toMatch(/ended/);
      expect(await bytesOf(killed.store)).toEqual(after);
      expect((await killed.store.read([], [1])).published.get(1)?.t).toBe(watermark);
    }
    // The delays are random, but not all of them can have been too long.
    expect(unfinished).toBeGreaterThan(0);
    console.info(`killed on ${kind}: ${KILLS} processes with seed ${SEED}, ${unfinished} of them amid the run`);
    await killed.store.close();
    await whole.store.close();
  });
});

async function open(online: Place["online"], registryPath: string): Promise<Opened> {
  const [store, registry] = [await openOnlineStore(online, "p"), await openRegistry(registryPath)];
  await registry.apply(0, declared(parquet), new Uint8Array(), "test");
  return { online, registryPath, store, registry };
}

const keys = Array.from({ length: KEYS }, (_, k) => ({
  key: encodeKey("thing", [{ kind: "int64" }], [BigInt(k)]) as Uint8Array,
  generations: [1],
}));

/** All but the run's number, and the checksum that follows from it. */
async function bytesOf(store: OnlineStore): Promise<(string | null)[]> {
  const { states } = await store.read(keys, [1]);
  return states.map(([bytes]) => {
    if (!bytes) return null;
    const copy = Buffer.from(bytes);
    return copy
      .fill(0, 9, 13)
      .fill(0, copy.length - 4)
      .toString("latin1");
  });
}

function readerOf(store: OnlineStore) {
  const ir = declared(parquet);
  const view = ir.views[0] as (typeof ir.views)[number];
  const members = [
    {
      kind: "view" as const,
      view: "v",
      alias: "v",
      keys: { k: "k" },
      features: view.features.map((f) => ({ feature: f.name, column: f.name })),
    },
  ];
  const service = {
    name: featureService.name,
    members,
    inputs: [{ name: "k", type: { kind: "int64" as const }, role: "key" as const }],
  };
  const serving = { repo: { ...ir, services: [service] }, computations: new Map(), generations: new Map([["v", 1]]) };
  const reader = createReader({ store, serving: () => serving, now: () => 0n });
  return (k: bigint, at: bigint) => reader.read(service.name, [{ k }], { at });
}

/** At the T before, a key is as it was then, or already newer and not asked for that instant. */
async function expectOldOrRefused(read: ReturnType<typeof readerOf>, t: bigint, random: Random): Promise<void> {
  for (let i = 0; i < 5; i++) {
    const k = BigInt(random(KEYS));
    const answer = await read(k, t).catch((error) => {
      expect(error.code).toBe("BEFORE_WATERMARK");
      return null;
    });
    if (answer) expect(answer.errors).toEqual([]);
  }
}

interface Running {
  readonly child: ChildProcess;
  /** It has begun to read. */
  readonly said: Promise<void>;
  /** What it said until its end. */
  readonly ended: Promise<string>;
}

function run({ online, registryPath }: Place, watermark: bigint, full: boolean): Running {
  const given = JSON.stringify({ online, registryPath, watermark: String(watermark), full });
  const child = spawn(process.execPath, [RUN, given], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const killToo = () => child.kill("SIGKILL");
  process.once("exit", killToo);
  let output = "";
  const ended = new Promise<string>((resolve) =>
    child.once("close", () => {
      process.off("exit", killToo);
      resolve(output);
    }),
  );
  const said = new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
      resolve();
    });
    void ended.then(() => reject(new Error("the run ended without a word")));
  });
  said.catch(() => {});
  return { child, said, ended };
}
