import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRepo, type RepoIR } from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import { Database } from "@lockstep/offline";
import { createReader, type OnlineStore, openOnlineStore } from "@lockstep/online";
import type { AppliedVersion, Registry, Run } from "@lockstep/registry";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluate, sameValue, type Value } from "../oracle/index.js";
import { startRedis } from "../support/redis-server.js";
import { type Case, cases } from "./model.js";
import { loadRows, tableSources } from "./table-source.js";

const RUNS = Number(process.env["LOCKSTEP_FUZZ_RUNS"] ?? 200);

/** Each case gets a generation of its own, so that one store serves them all. */
let generation = 0;

const stores: Record<string, () => Promise<{ store: OnlineStore; end: () => Promise<void> }>> = {
  lmdb: async () => {
    const path = await mkdtemp(join(tmpdir(), "lockstep-property-"));
    const store = await openOnlineStore({ kind: "lmdb", path }, "p");
    const end = async () => {
      await store.close();
      await rm(path, { recursive: true });
    };
    return { store, end };
  },
  redis: async () => {
    const server = await startRedis();
    const store = await openOnlineStore({ kind: "redis", url: server.url }, "p");
    const end = async () => {
      await store.close();
      await server.stop();
    };
    return { store, end };
  },
};

describe.each(Object.keys(stores))("answers from %s agree with the oracle", (kind) => {
  let db: Database;
  let opened: { store: OnlineStore; end: () => Promise<void> };
  const drawn = { declarations: 0, values: 0, present: 0 };

  beforeAll(async () => {
    db = await Database.open({ threads: 2 });
    opened = await (stores[kind] as (typeof stores)["lmdb"])();
  });
  afterAll(async () => {
    db.close();
    await opened.end();
    console.info(`${kind}: ${JSON.stringify(drawn)}`);
  });

  it("at every instant from the watermark on", { timeout: 3_600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        expect(await compare(c)).toEqual([]);
      }),
      { numRuns: RUNS, ...(process.env["LOCKSTEP_SEED"] ? { seed: Number(process.env["LOCKSTEP_SEED"]) } : {}) },
    );
  });

  async function compare(c: Case): Promise<string[]> {
    const { ir, computations } = compileRepo("p", [c.service]);
    const table = await loadRows(db, c.rows);
    const version = versionOf(ir, ++generation);
    const sources = tableSources(table);
    const { store } = opened;
    await materialize({ db, version, sources, store, registry: registry(), now: c.watermark });
    const generations = new Map(Object.entries(version.generations));
    const serving = { repo: ir, computations, generations };
    const reader = createReader({ store, serving: () => serving, now: () => c.watermark });
    drawn.declarations++;
    const out: string[] = [];
    for (const ask of [...c.asks, ...c.asks.map(({ key }) => ({ key, t: c.watermark }))]) {
      if (ask.t < c.watermark) continue;
      const row = Object.fromEntries(c.keys.map((k, i) => [k, ask.key[i]]));
      const answer = await reader.read("s", [row], { at: ask.t });
      expect(answer.t).toBe(ask.t);
      const expected = evaluate(c.oracle, [...c.rows], ask.key, ask.t, { knownAtMost: c.watermark });
      for (const column of answer.columns) {
        const name = column.name.slice("v__".length);
        const wanted = expected[name];
        const type = c.types.get(name);
        const value = column.values[0] as Value;
        drawn.values++;
        if (wanted?.status === "PRESENT") drawn.present++;
        if (!wanted || !type || !sameValue(type, wanted, value) || wanted.status !== column.statuses[0]) {
          out.push(
            `${name} at ${ask.t} (T ${c.watermark}) key ${String(ask.key)}: online ${column.statuses[0]} ${String(value)}, oracle ${wanted?.status} ${String(wanted?.value)}`,
          );
        }
      }
      expect(answer.errors).toEqual([]);
    }
    await db.run(`DROP TABLE ${table}`);
    return out;
  }
});

const versionOf = (repo: RepoIR, number: number): AppliedVersion => ({
  version: 1,
  repo,
  bundle: "",
  generations: { v: number },
  appliedAt: "",
  appliedBy: "",
});

/** Issues run numbers and remembers nothing. */
function registry(): Registry {
  let runs = 0;
  return {
    startRun: async (view: string, number: number, watermark: bigint): Promise<Run> => ({
      run: ++runs,
      view,
      generation: number,
      watermark: String(watermark),
      state: "running",
      startedAt: "",
    }),
    finishRun: async () => {},
  } as unknown as Registry;
}
