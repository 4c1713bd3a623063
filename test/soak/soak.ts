import { setTimeout as sleep } from "node:timers/promises";
import { randomFrom } from "../support/random.js";
import { changes } from "./changes.js";
import { judge } from "./judge.js";
import { type Loaded, load } from "./load.js";
import { growth, type MemorySample, residentBytes } from "./memory.js";
import { question } from "./questions.js";
import type { Findings } from "./report.js";
import { KEY, soakWorld, wallClock } from "./world.js";

export interface SoakOptions {
  readonly seconds: number;
  readonly workers: number;
  /** How many answers the oracle looks at. */
  readonly samples: number;
  readonly seed: number;
  readonly progress: (text: string) => void;
}

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 2;
const SATURATION_SECONDS = 4;
/** Of the saturation. */
const SHARE = 0.7;
const SAMPLE_EVERY_MS = 1_000;
const STANDSTILL_MS = 2_000;

/** A server under load while what it serves changes. */
export async function soak({ seconds, workers, samples, seed, progress }: SoakOptions): Promise<Findings> {
  const random = randomFrom(seed);
  progress("an online store, rows, definitions, a first run");
  const world = await soakWorld();
  try {
    const changing = await changes(world, random);
    const server = await world.serve(workers);
    try {
      const under = (time: number, rate: number, kept = 0): Promise<Loaded> =>
        load({
          port: Number(new URL(server.url).port),
          connections: CONNECTIONS,
          seconds: time,
          rate,
          question: () => question(random),
          samples: kept,
          clock: wallClock,
        });
      progress("saturation");
      await under(WARM_UP_SECONDS, 0);
      const { rate: saturation } = await under(SATURATION_SECONDS, 0);
      progress(`${seconds} s at ${(SHARE * saturation).toFixed(0)} requests a second`);
      const ended = new AbortController();
      const memory: MemorySample[] = [];
      const watched = watch(server.url, server.pid ?? 0, memory, ended.signal);
      const changed = changing.until(ended.signal, Math.min(15_000, Math.max(2_000, seconds * 10)));
      const stills = standstills();
      const loaded = await under(seconds, SHARE * saturation, samples);
      ended.abort();
      await Promise.all([watched, changed]);
      const exit = await server.stop();
      progress(`the oracle looks at ${loaded.samples.length} answers`);
      const verdicts = loaded.samples.map(judge(changing.rows, changing.runs));
      return {
        seconds,
        workers,
        seed,
        saturation,
        rate: loaded.rate,
        p50: loaded.p50,
        p99: loaded.p99,
        requests: loaded.requests,
        failed: loaded.failed,
        failures: loaded.failures,
        versions: new Set(changing.runs.map((run) => run.definition.version)).size,
        runs: changing.runs.length,
        sampled: verdicts.length,
        wanted: samples,
        values: verdicts.reduce((sum, v) => sum + v.values, 0),
        wrong: verdicts.flatMap((v) => v.wrong),
        mixed: verdicts.flatMap((v) => v.mixed),
        rss: growth(memory, "rss", workers),
        heap: growth(memory, "heap", workers),
        stills: stills(),
        exit,
      };
    } finally {
      await server.stop();
    }
  } finally {
    await world.end();
  }
}

/** How long this process did not run at a time, where that was for seconds: in seconds. What stops it stops the server, too. */
function standstills(): () => number[] {
  const found: number[] = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - last > STANDSTILL_MS) found.push((now - last) / 1000);
    last = now;
  }, 100);
  return () => {
    clearInterval(timer);
    return found;
  };
}

async function watch(url: string, pid: number, memory: MemorySample[], ended: AbortSignal): Promise<void> {
  const start = performance.now();
  while (!ended.aborted) {
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${KEY}` } });
    const heap = Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(await response.text())?.[1]);
    memory.push({ seconds: (performance.now() - start) / 1000, rss: await residentBytes(pid), heap });
    await sleep(SAMPLE_EVERY_MS, undefined, { signal: ended }).catch(() => {});
  }
}
