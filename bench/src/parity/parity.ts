import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { compileRepo, type FeatureService, type Instant, instant } from "@lockstep/core";
import { dataFolder, flightDelay, repoFolder } from "@lockstep/example-flights";
import { materialize } from "@lockstep/ingest";
import { Database, localSources, type Sources } from "@lockstep/offline";
import { openOnlineStore } from "@lockstep/online";
import { type ParityContext, type ParityReport, parity } from "@lockstep/parity";
import { type Entry, logRegistry, type Registry } from "@lockstep/registry";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { CACHE } from "../cache.js";
import { median } from "../measure.js";
import { ORDERS_T, orderRisk, ordersSql } from "./orders.js";

const VALUES = 1_000_000;
/** What the target asks for, in a minute on two cores. */
const PER_MINUTE = 1_000_000;

interface World {
  readonly name: string;
  readonly service: FeatureService;
  readonly watermark: Instant;
  readonly now: Instant;
  prepare(db: Database): Promise<Sources>;
}

const flights: World = {
  name: "flights",
  service: flightDelay,
  watermark: instant("2001-06-15T20:00:00Z"),
  now: instant("2001-06-15T20:20:00Z"),
  prepare: async () => {
    if (!existsSync(join(dataFolder, "flights.parquet")))
      throw new Error("run `npm run demo` first: it prepares the flights");
    return localSources(repoFolder);
  },
};

const corrections: World = {
  name: "corrections",
  service: orderRisk,
  watermark: ORDERS_T,
  now: ORDERS_T + 3_600_000_000n,
  prepare: async (db) => {
    await db.run(`CREATE TEMP TABLE orders AS ${ordersSql(300_000, 400)}`);
    return { relation: () => "orders", place: () => "orders", exists: () => true };
  },
};

/** The whole run beside its two indispensable parts; and it fails where a value differs, or where half say nothing. */
export const parityBench: Benchmark = {
  name: "parity",
  description: "1,000,000 values of both sides compared, of real flights and of corrected orders; not one may differ",
  async *run({ scale, rounds, only, progress }: BenchOptions): AsyncGenerator<Figure> {
    for (const world of [flights, corrections].filter((w) => w.name.includes(only))) {
      const runs = await inWorld(world, async (context) => {
        const reports: ParityReport[] = [];
        for (let round = 0; round < rounds; round++) {
          const report = await parity(context, { values: Math.ceil(VALUES * scale), seed: round + 1 });
          check(report);
          reports.push(report);
          const { compared, telling, seconds, times } = report;
          progress(
            `  ${world.name}, seed ${report.seed}: ${compared} compared, 0 differ, ${((100 * telling) / compared).toFixed(0)} % PRESENT and not zero, ${seconds.toFixed(1)} s ${JSON.stringify(times)}`,
          );
        }
        return reports;
      });
      const rate = median(runs.map((r) => (60 * r.compared) / r.seconds));
      yield figure(`${world.name}; target`, "values/min", rate, PER_MINUTE, { is: ">=", ratio: 1 });
      const whole = median(runs.map((r) => r.seconds));
      const floor = median(runs.map((r) => r.times.offline + r.times.online));
      yield figure(`${world.name}; the query and the reads`, "s", whole, floor, { is: "<=", ratio: 1.25 });
    }
  },
};

function check({ compared, differ, telling, differences }: ParityReport): void {
  if (differ > 0) throw new Error(`${differ} values differ: ${JSON.stringify(differences[0])}`);
  if (telling < compared / 2) throw new Error(`only ${telling} of ${compared} values are PRESENT and not zero`);
}

async function inWorld<T>(world: World, work: (context: ParityContext) => Promise<T>): Promise<T> {
  await mkdir(CACHE, { recursive: true });
  const path = await mkdtemp(join(CACHE, "parity-"));
  const db = await Database.open();
  const store = await openOnlineStore({ kind: "lmdb", path }, "parity");
  try {
    const sources = await world.prepare(db);
    const { ir: repo, computations } = compileRepo("parity", [world.service]);
    const generations = Object.fromEntries(repo.views.map((view, i) => [view.name, i + 1]));
    const version = { version: 1, repo, bundle: "", generations, appliedAt: "", appliedBy: "" };
    const registry = registryInMemory();
    await materialize({ db, version, sources, store, registry, now: world.watermark });
    return await work({ db, version, computations, sources, store, state: await registry.state(), now: world.now });
  } finally {
    await store.close();
    db.close();
    await rm(path, { recursive: true, force: true });
  }
}

function registryInMemory(): Registry {
  const entries: Entry[] = [];
  return logRegistry({
    place: "memory",
    read: async (after) => entries.slice(after),
    append: async (sequence, event) => entries.push({ sequence, event }) > 0,
    putBlob: async () => {},
    getBlob: async () => null,
  });
}
