import { type Figure, figure } from "../benchmark.js";
import { feastPython } from "../feast/python.js";
import { alternate } from "../measure.js";
import { checkFeastAnswers } from "./feast-answers.js";
import { feastData } from "./feast-data.js";
import { startFeast } from "./feast-server.js";
import { loaded } from "./loaded.js";
import type { Way } from "./requests.js";
import { type Bench, entitiesText, type Section } from "./section.js";

/** As many as can be, and one after the other for p50. Feast's are few, so they take longer than others. */
const SECONDS = { most: 5, alone: 1 };
const WARM_UP = 1;

interface Asking {
  readonly way: Way;
  readonly text: string;
}
/** At least so many times as fast as Feast's server. */
interface Ours extends Asking {
  readonly ratio: number;
}

const json = (ratio: number): Ours[] => [
  { way: "features", text: "POST /features", ratio },
  { way: "feastService", text: "POST /get-online-features", ratio },
];
const ARROW: Ours = { way: "arrow", text: "POST /features as Arrow", ratio: 20 };

/** By a service it makes all that the service has anew from the registry's bytes, for each request. */
const FEAST: readonly Asking[] = [
  { way: "feastService", text: "Feast by a service" },
  { way: "feastList", text: "Feast by a list" },
];

export const besideFeast: readonly Section[] = [sectionOf(1, json(40)), sectionOf(100, [...json(12), ARROW])];

function sectionOf(entities: number, ways: readonly Ours[]): Section {
  const name = `feast, ${entitiesText(entities)}`;
  return {
    name,
    ready: feastPython,
    async *run(bench: Bench): AsyncGenerator<Figure> {
      const python = await feastPython(bench.progress);
      const feast = await startFeast(python, await feastData(python, bench.keys, bench.progress));
      try {
        await checkFeastAnswers(bench.ours.port, feast.port, bench.keys);
        bench.progress(`${name}: both give the same`);
        const found = await measured(bench, feast.port, entities, ways);
        for (const { text, ratio } of ways) {
          for (const peer of FEAST) {
            const [ours, theirs] = [found(text), found(peer.text)];
            const pair = `${name}, ${text}; peer: ${peer.text}`;
            yield figure(pair, "requests/s", ours.rate, theirs.rate, { is: ">=", ratio });
            yield figure(`${pair}, p50`, "ms", ours.p50, theirs.p50);
          }
        }
      } finally {
        await feast.stop();
      }
    },
  };
}

interface Found {
  readonly rate: number;
  /** Of requests one after the other, in milliseconds. */
  readonly p50: number;
}

/** What was found of ours and of Feast's, by their texts. */
async function measured(
  bench: Bench,
  feast: number,
  entities: number,
  ways: readonly Asking[],
): Promise<(text: string) => Found> {
  const load = (port: number, way: Way, seconds: number, connections?: number) =>
    loaded({ port, way, entities, keys: bench.keys, seconds: bench.lasting(seconds), connections })();
  const sides = [
    ...ways.map((asking) => ({ ...asking, port: bench.ours.port })),
    ...FEAST.map((asking) => ({ ...asking, port: feast })),
  ];
  for (const { port, way } of sides) await load(port, way, WARM_UP);
  const contenders = sides.map(({ text, way, port }) => {
    const run = async () => ({
      rate: (await load(port, way, SECONDS.most)).rate,
      p50: (await load(port, way, SECONDS.alone, 1)).p50,
    });
    return [text, run] as const;
  });
  const medians = await alternate(Object.fromEntries(contenders), { ...bench, warmUps: 0 });
  return (text) => medians[text] as Found;
}
