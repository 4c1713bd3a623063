import { type Figure, figure } from "../benchmark.js";
import { feastPython } from "../feast/python.js";
import { alternate } from "../measure.js";
import { startFeast } from "./feast-server.js";
import { loaded } from "./loaded.js";
import type { Way } from "./requests.js";
import { sameAnswers } from "./same-answers.js";
import { type Bench, entitiesText, type Section } from "./section.js";

/** Feast writes eleven thousand a second; a read takes the same whatever their number. */
const KEYS = 10_000;
const SECONDS = 2;

const ONE = 1;
const HUNDRED = 100;
/** At least so many times as fast. */
const TARGETS: readonly {
  readonly entities: number;
  readonly way: Way;
  readonly text: string;
  readonly ratio: number;
}[] = [
  { entities: ONE, way: "feast", text: "POST /get-online-features", ratio: 40 },
  { entities: ONE, way: "features", text: "POST /features", ratio: 40 },
  { entities: HUNDRED, way: "feast", text: "POST /get-online-features", ratio: 12 },
  { entities: HUNDRED, way: "features", text: "POST /features", ratio: 12 },
  { entities: HUNDRED, way: "arrow", text: "POST /features as Arrow", ratio: 20 },
];

export const besideFeast: Section = {
  name: "Feast",
  ready: feastPython,
  async *run(bench: Bench): AsyncGenerator<Figure> {
    const keys = Math.min(KEYS, bench.keys);
    const feast = await startFeast(await feastPython(bench.progress), bench.redis.port, keys, bench.progress);
    try {
      await sameAnswers.checkFeast(bench.ours.port, feast.port, keys);
      for (const entities of [ONE, HUNDRED]) yield* beside(bench, feast.port, entities, keys);
    } finally {
      await feast.stop();
    }
  },
};

async function* beside(bench: Bench, feast: number, entities: number, keys: number): AsyncGenerator<Figure> {
  const asked = { entities, keys, seconds: bench.lasting(SECONDS) };
  const targets = TARGETS.filter((target) => target.entities === entities);
  const ours = targets.map(({ way, text }) => [text, loaded({ ...asked, port: bench.ours.port, way })] as const);
  const { peer, ...measured } = await alternate(
    { ...Object.fromEntries(ours), peer: loaded({ ...asked, port: feast, way: "feast" }) },
    bench,
  );
  for (const { text, ratio } of targets) {
    const name = `Feast, ${entitiesText(entities)}, ${text}`;
    const found = (measured as Record<string, typeof peer>)[text] as typeof peer;
    yield figure(name, "requests/s", found.rate, peer.rate, { is: ">=", ratio });
    yield figure(`${name}, p50`, "ms", found.p50, peer.p50);
  }
}
