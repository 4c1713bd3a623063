import { Database } from "@lockstep/offline";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { runModule } from "../child.js";
import { type FrameData, frameData, type Size } from "../frame/data.js";
import { alternate } from "../measure.js";
import { type Checked, MEMORY_LIMIT, type Measured } from "./step.js";

const CHILD = "frame-big/child.js";
const NAME = `five row features, ${MEMORY_LIMIT} of memory`;

export const frameBig: Benchmark = {
  name: "frame-big",
  description:
    "a training frame over 100M events beside hand-written DuckDB SQL, both with 8 GB of memory (needs 1.5 GB of disk)",
  async *run({ scale, rounds, progress }: BenchOptions): AsyncGenerator<Figure> {
    const size = sizeAt(scale);
    progress(`${NAME}: ${size.events} events, ${size.labels} labels, ${size.keys} keys`);
    const { events, labels } = await makeData(size);
    const check = await runModule<Checked>(CHILD, ["check", events, labels], progress);
    const measure = async (step: string, ...peer: readonly string[]) => {
      const { told } = await runModule<Measured>(CHILD, [step, events, labels, ...peer]);
      return { query: told.query, whole: told.whole, gigabytes: told.peak / 1e9 };
    };
    const { ours, peer } = await alternate(
      { ours: () => measure("ours"), peer: () => measure("peer", check.told.peer) },
      { rounds, warmUps: 0, progress: (text) => progress(`  ${text}`) },
    );
    yield figure(NAME, "s", ours.query, peer.query, { is: "<=", ratio: 1.15 });
    yield figure(`${NAME}, with loading the labels`, "s", ours.whole, peer.whole);
    yield figure(NAME, "rows/s", size.labels / ours.query, size.labels / peer.query);
    yield figure(`${NAME}, peak memory of the process`, "GB", ours.gigabytes, peer.gigabytes);
  },
};

/** Some keys have no label. */
function sizeAt(scale: number): Size {
  const whole = (full: number): number => Math.max(1, Math.round(full * scale));
  return { events: whole(100_000_000), labels: whole(1_000_000), keys: whole(1_000_000) };
}

async function makeData(size: Size): Promise<FrameData> {
  const db = await Database.open();
  try {
    return await frameData(db, { keys: "uniform", known: "at once" }, size);
  } finally {
    db.close();
  }
}
