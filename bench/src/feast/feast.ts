import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Database } from "@lockstep/offline";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { CACHE } from "../cache.js";
import { runAlone, runModule, type Told } from "../child.js";
import { type FrameData, frameData, type Size } from "../frame/data.js";
import { alternate } from "../measure.js";
import { checkSameRows } from "./agree.js";
import { INTO_REDIS, intoRedis } from "./into-redis.js";
import { feastPython } from "./python.js";
import type { Made } from "./side.js";

const SCRIPT = fileURLToPath(new URL("../../feast/training_frame.py", import.meta.url));
/** Feast joins each label with all that its key has done until then. A new case is a new row. */
const EVENTS_PER_KEY = [400, 2_000];

export const feast: Benchmark = {
  name: "feast",
  description:
    "training frames, and materializing into Redis, beside Feast with its DuckDB offline store (needs Python)",
  async *run(options: BenchOptions): AsyncGenerator<Figure> {
    const python = await feastPython(options.progress);
    for (const perKey of EVENTS_PER_KEY) {
      if (!nameOf(perKey).includes(options.only)) continue;
      yield* runCase(python, sizeAt(options.scale, perKey), perKey, options);
    }
    if (INTO_REDIS.includes(options.only)) yield* intoRedis(INTO_REDIS, python, options);
  },
};

const nameOf = (perKey: number): string => `${perKey.toLocaleString("en-US")} events a key`;

function sizeAt(scale: number, perKey: number): Size {
  const [events, labels] = [Math.round(4_000_000 * scale), Math.round(100_000 * scale)];
  return { events, labels: Math.max(1, labels), keys: Math.max(1, Math.round(events / perKey)) };
}

async function* runCase(
  python: string,
  size: Size,
  perKey: number,
  { rounds, progress }: BenchOptions,
): AsyncGenerator<Figure> {
  progress(`${perKey} events a key: ${size.events} events, ${size.labels} labels, ${size.keys} keys`);
  const folder = await mkdtemp(join(CACHE, "feast-run-"));
  const db = await Database.open();
  try {
    const data = await frameData(db, { keys: "uniform", known: "at once", instants: "distinct" }, size);
    const { ours, peer } = await sides(python, folder, data);
    const files = { ours: join(folder, "ours.parquet"), peer: join(folder, "peer.parquet") };
    await ours(files.ours);
    await peer(files.peer);
    await checkSameRows(db, files.ours, files.peer);
    progress("  Feast gives the same rows");
    const measured = await alternate(
      { ours: async () => sample(await ours()), peer: async () => sample(await peer()) },
      { rounds, warmUps: 0, progress: (text) => progress(`  ${text}`) },
    );
    yield* figures(nameOf(perKey), size, measured);
  } finally {
    db.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Side = (...out: readonly string[]) => Promise<Told<Made>>;

async function sides(python: string, folder: string, data: FrameData): Promise<Record<"ours" | "peer", Side>> {
  const script = (...args: string[]) => [SCRIPT, ...args];
  await runAlone(python, script("apply", folder, data.events));
  return {
    ours: (...out) => runModule("feast/ours.js", [data.events, data.labels, ...out]),
    peer: (...out) => runAlone(python, script("frame", folder, data.labels, ...out)),
  };
}

interface Measured {
  readonly work: number;
  readonly process: number;
  readonly gigabytes: number;
}

const sample = ({ process, told }: Told<Made>) => ({ work: told.seconds, process, gigabytes: told.peak / 1e9 });

function* figures(
  name: string,
  { labels }: Size,
  { ours, peer }: Readonly<Record<"ours" | "peer", Measured>>,
): Generator<Figure> {
  yield figure(name, "s", ours.work, peer.work);
  yield figure(name, "rows/s", labels / ours.work, labels / peer.work, { is: ">=", ratio: 80 });
  yield figure(`${name}, the whole process`, "s", ours.process, peer.process);
  yield figure(`${name}, peak memory`, "GB", ours.gigabytes, peer.gigabytes);
}
