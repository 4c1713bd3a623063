import { type Figure, figure } from "../benchmark.js";
import { alternate } from "../measure.js";
import { loaded } from "./loaded.js";
import { sameAnswers } from "./same-answers.js";
import { type Bench, entitiesText, type Section } from "./section.js";
import { startServing } from "./server-process.js";

/** Of what the slowest of them can do: the load at which latencies are compared. */
const SHARE = 0.5;
/** A p99 needs more answers than a rate does. */
const SECONDS = { most: 2, calm: 3 };
/** Of what is done with so many entities, at least so much of the peer's. */
const TARGETS = [
  { entities: 1, target: 0.5 },
  { entities: 100, target: 0.6 },
];

export const besideHandler: Section = {
  name: "handler",
  async *run(bench: Bench): AsyncGenerator<Figure> {
    const { ours, keys, redis } = bench;
    const head = await sameAnswers.head(ours.port);
    const peer = await startServing({ side: "peer", url: redis.url, head });
    try {
      await sameAnswers.check(ours.port, peer.port, keys);
      for (const { entities, target } of TARGETS) yield* beside(bench, peer.port, entities, target);
    } finally {
      await peer.stop();
    }
  },
};

async function* beside(bench: Bench, peer: number, entities: number, target: number): AsyncGenerator<Figure> {
  const { ours, keys, progress } = bench;
  const name = entitiesText(entities);
  const contenders = (seconds: number, rate = 0) => {
    const asked = { entities, keys, rate, seconds: bench.lasting(seconds) };
    return {
      features: loaded({ ...asked, port: ours.port, way: "features" }),
      graphql: loaded({ ...asked, port: ours.port, way: "graphql" }),
      peer: loaded({ ...asked, port: peer, way: "features" }),
    };
  };
  progress(`${name}: as many as can be`);
  const most = await alternate(contenders(SECONDS.most), bench);
  const [features, graphql] = [most.features.rate, most.graphql.rate];
  const atLeast = { is: ">=", ratio: target } as const;
  yield figure(`${name}, POST /features`, "requests/s", features, most.peer.rate, atLeast);
  yield figure(`${name}, GraphQL`, "requests/s", graphql, most.peer.rate, atLeast);
  const cost = { is: ">=", ratio: 1 / 1.25 } as const;
  yield figure(`${name}, GraphQL beside POST /features`, "requests/s", graphql, features, cost);

  const rate = SHARE * Math.min(features, graphql, most.peer.rate);
  progress(`${name}: ${rate.toFixed(0)} a second`);
  const calm = await alternate(contenders(SECONDS.calm, rate), bench);
  const atMost = { is: "<=", ratio: 2 } as const;
  yield figure(`${name}, POST /features, p50`, "ms", calm.features.p50, calm.peer.p50);
  yield figure(`${name}, POST /features, p99`, "ms", calm.features.p99, calm.peer.p99, atMost);
  yield figure(`${name}, GraphQL, p50`, "ms", calm.graphql.p50, calm.peer.p50);
  yield figure(`${name}, GraphQL, p99`, "ms", calm.graphql.p99, calm.peer.p99, atMost);
}
