import { Database, type Frame, localSources, trainingFrame } from "@lockstep/offline";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { alternate, type Sample, timed } from "../measure.js";
import { CASES, type FrameCase } from "./cases.js";
import { frameData, type Size, sizeAt } from "./data.js";
import { declare } from "./declarations.js";
import { dropPeer, dropPeerLabels, loadPeerLabels, PEER_LABELS, runPeer, tryPeer } from "./peer.js";
import type { PeerData, PeerWay } from "./peer-way.js";

/** A way this much slower than the best so far is given up. */
const GIVE_UP = { times: 8, seconds: 5 };
/** A way within this many times the best is tried again. */
const NEAR = 1.6;

export const frame: Benchmark = {
  name: "frame",
  description: "training frames beside the fastest hand-written DuckDB SQL that gives the same rows",
  async *run(options: BenchOptions): AsyncGenerator<Figure> {
    const db = await Database.open();
    try {
      for (const c of CASES) yield* runCase(db, c, sizeAt(options.scale), options);
    } finally {
      db.close();
    }
  },
};

async function* runCase(db: Database, c: FrameCase, size: Size, options: BenchOptions): AsyncGenerator<Figure> {
  options.progress(`${c.name}: ${size.events} events, ${size.labels} labels, ${size.keys} keys`);
  const { events, labels } = await frameData(db, c.keys, size);
  const data: PeerData = { events, labels: PEER_LABELS, known: c.known };
  const way = await fastest(db, c, data, labels, options);
  const uniform = c.keys === "zipf" ? await frameData(db, "uniform", size) : null;

  const measured = await alternate(
    {
      ours: () => runOurs(db, c, events, labels),
      peer: async () => {
        const whole = await timed(async () => {
          await loadPeerLabels(db, labels);
          return runPeer(db, way, data);
        });
        await dropPeer(db);
        await dropPeerLabels(db);
        return { query: whole.result, whole: whole.seconds };
      },
      ...(uniform ? { uniform: () => runOurs(db, c, uniform.events, uniform.labels) } : {}),
    } as Record<"ours" | "peer" | "uniform", () => Promise<Record<"query" | "whole" | "arrow", number>>>,
    { rounds: options.rounds, warmUps: 1, progress: (text) => options.progress(`  ${text}`) },
  );
  const { ours, peer } = measured;
  if (uniform) {
    yield figure(c.name, "s", ours.query, peer.query);
    yield figure(`${c.name}; peer: ours, uniform keys`, "s", ours.query, measured.uniform.query, {
      is: "<=",
      ratio: 3,
    });
  } else {
    yield figure(c.name, "s", ours.query, peer.query, { is: "<=", ratio: 1.15 });
  }
  yield figure(`${c.name}, with loading the labels`, "s", ours.whole, peer.whole);
  yield figure(c.name, "rows/s", size.labels / ours.query, size.labels / peer.query);
  yield figure(`${c.name}, as Arrow; peer: our query`, "s", ours.arrow, ours.query, { is: "<=", ratio: 0.25 });
}

/** Ours: the query with the measuring before it, the whole call, and handing the frame over as Arrow. */
async function runOurs(db: Database, c: FrameCase, events: string, labels: string): Promise<Sample> {
  const { seconds: whole, result } = await timed(() => makeFrame(db, c, events, labels));
  const { seconds: arrow } = await timed(() => result.arrow());
  await result.close();
  return { query: querySeconds(result), whole, arrow };
}

function makeFrame(db: Database, c: FrameCase, events: string, labels: string): Promise<Frame> {
  const { repo, computations, service } = declare(c.features, events, c.known);
  const context = { db, repo, computations, sources: localSources("/") };
  return trainingFrame(context, service, { labels, timestamp: "ts" });
}

/**
 * The fastest of the ways whose rows are ours. Making our frame first warms the files up; ways near the best are tried
 * once more, for a first try can be unlucky.
 */
async function fastest(
  db: Database,
  c: FrameCase,
  data: PeerData,
  labels: string,
  { progress }: BenchOptions,
): Promise<PeerWay> {
  const ours = await makeFrame(db, c, data.events, labels);
  await loadPeerLabels(db, labels);
  const seconds = new Map<PeerWay, number>();
  const refused: string[] = [];
  const best = (): number => Math.min(...seconds.values());
  const attempt = async (way: PeerWay): Promise<void> => {
    const limit = Math.max(GIVE_UP.seconds, Math.min(best(), querySeconds(ours)) * GIVE_UP.times);
    const tried = await tryPeer(db, way, data, ours, limit);
    if (!tried) progress(`  peer '${way.name}': given up after ${limit.toFixed(1)} s`);
    else if (tried.difference !== null) {
      refused.push(`'${way.name}' differs: ${tried.difference}`);
      progress(`  peer ${refused.at(-1)}`);
    } else {
      seconds.set(way, Math.min(tried.seconds, seconds.get(way) ?? Number.POSITIVE_INFINITY));
      progress(`  peer '${way.name}': ${tried.seconds.toFixed(3)} s, the same rows`);
    }
  };
  for (const way of c.peers) await attempt(way);
  for (const [way, taken] of [...seconds]) if (taken <= best() * NEAR) await attempt(way);
  await ours.close();
  await dropPeerLabels(db);
  const [first] = [...seconds].toSorted((a, b) => a[1] - b[1]);
  if (!first) throw new Error(`no peer gives our rows: ${refused.join("; ")}`);
  progress(`  the peer is '${first[0].name}'`);
  return first[0];
}

/** What ours takes beyond loading the labels: measuring how the events lie, and the query. */
const querySeconds = ({ times }: Frame): number => (times.plan + times.query) / 1000;
