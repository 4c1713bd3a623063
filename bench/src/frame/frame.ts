import { Database } from "@lockstep/offline";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { alternate } from "../measure.js";
import { CASES, type FrameCase } from "./cases.js";
import { frameData, type Size, sizeAt } from "./data.js";
import { fastest } from "./fastest.js";
import { makeFrame, runOurs } from "./ours.js";
import { timedPeer } from "./peer.js";

export const frame: Benchmark = {
  name: "frame",
  description: "training frames beside the fastest hand-written DuckDB SQL that gives the same rows",
  async *run(options: BenchOptions): AsyncGenerator<Figure> {
    const db = await Database.open();
    try {
      for (const c of casesOf(options.only)) yield* runCase(db, c, sizeAt(options.scale), options);
    } finally {
      db.close();
    }
  },
};

/** The case of that name, or else those whose names hold the text. */
function casesOf(text: string): readonly FrameCase[] {
  const exact = CASES.filter((c) => c.name === text);
  return exact.length > 0 ? exact : CASES.filter((c) => c.name.includes(text));
}

async function* runCase(db: Database, c: FrameCase, size: Size, options: BenchOptions): AsyncGenerator<Figure> {
  options.progress(`${c.name}: ${size.events} events, ${size.labels} labels, ${size.keys} keys`);
  const data = await frameData(db, c, size);
  const ours = await makeFrame(db, c.features, c.known, data);
  const way = await fastest(db, c.peers, ours, { ...data, known: c.known }, options.progress);
  await ours.close();

  const { against } = c;
  const plain = against && (await frameData(db, against, size));
  const measured = await alternate(
    {
      ours: () => runOurs(db, c.features, c.known, data),
      peer: () => timedPeer(db, way, { ...data, known: c.known }),
      ...(plain ? { plain: () => runOurs(db, c.features, against.known, plain) } : {}),
    } as Record<"ours" | "peer" | "plain", () => Promise<Record<"query" | "whole" | "arrow", number>>>,
    { rounds: options.rounds, warmUps: 1, progress: (text) => options.progress(`  ${text}`) },
  );
  yield* figures(c, size, measured);
}

function* figures(
  c: FrameCase,
  size: Size,
  { ours, peer, plain }: Record<"ours" | "peer" | "plain", Record<"query" | "whole" | "arrow", number>>,
): Generator<Figure> {
  if (c.against) {
    const { name, ratio } = c.against;
    yield figure(c.name, "s", ours.query, peer.query);
    yield figure(`${c.name}; peer: ours, ${name}`, "s", ours.query, plain.query, { is: "<=", ratio });
  } else {
    yield figure(c.name, "s", ours.query, peer.query, { is: "<=", ratio: 1.15 });
  }
  yield figure(`${c.name}, with loading the labels`, "s", ours.whole, peer.whole);
  yield figure(c.name, "rows/s", size.labels / ours.query, size.labels / peer.query);
  yield figure(`${c.name}, as Arrow; peer: our query`, "s", ours.arrow, ours.query, { is: "<=", ratio: 0.25 });
}
