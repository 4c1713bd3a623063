import { type Figure, figure } from "../benchmark.js";
import { alternate } from "../measure.js";
import { VIEWS } from "./declarations.js";
import { loaded } from "./loaded.js";
import { type Bench, entitiesText, type Section } from "./section.js";
import { startServing } from "./server-process.js";

const SECONDS = 2;
const WARM_UP = 1;

interface Case {
  readonly workers: number;
  readonly entities: number;
  readonly views: number;
}

/** What the others are held against. */
const BASE: Case = { workers: 1, entities: 1, views: VIEWS };

const BATCHES = [1, 10, 100, 1_000];
const CASES: readonly Case[] = [
  ...BATCHES.flatMap((entities) => [1, 2].map((workers) => ({ workers, entities, views: VIEWS }))),
  ...[1, 100].flatMap((entities) =>
    Array.from({ length: VIEWS - 1 }, (_, v) => ({ workers: 1, entities, views: v + 1 })),
  ),
];

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
/** `scripts/serving-picture.mjs` reads it. */
const nameOf = ({ workers, entities, views }: Case): string =>
  `growth, ${entitiesText(entities)}, ${count(views, "view")}, ${count(workers, "worker")}`;

/** How many entities a second are answered, as what is asked for grows, and the workers who answer. */
export const growth: Section = {
  name: "growth",
  async *run(bench: Bench): AsyncGenerator<Figure> {
    const two = await startServing({ side: "ours", url: bench.redis.url, secured: true, workers: 2 });
    const load = ({ workers, entities, views }: Case, seconds: number) => {
      const { port } = workers === 2 ? two : bench.ours;
      return loaded({ port, way: "features", entities, views, keys: bench.keys, seconds: bench.lasting(seconds) });
    };
    try {
      for (const one of CASES.filter(({ views }) => views === VIEWS)) await load(one, WARM_UP)();
      const contenders = Object.fromEntries(CASES.map((one) => [nameOf(one), load(one, SECONDS)]));
      const measured = await alternate(contenders, { ...bench, warmUps: 0 });
      const answered = (one: Case): number => (measured[nameOf(one)]?.rate ?? Number.NaN) * one.entities;
      for (const one of CASES) yield figure(nameOf(one), "entities/s", answered(one), answered(BASE));
    } finally {
      await two.stop();
    }
  },
};
