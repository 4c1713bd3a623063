import { Database } from "@lockstep/offline";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { runModule } from "../child.js";
import { startRedis } from "../materialize/redis-server.js";
import { alternate } from "../measure.js";
import { fill } from "./data.js";
import type { Load } from "./load.js";
import type { Loading } from "./loading.js";
import { sameAnswers } from "./same-answers.js";
import { type ServerProcess, startServing } from "./server-process.js";

const KEYS = 100_000;
const CONNECTIONS = 8;
const SECONDS = 3;
/** Of what the slower of the two can do: the load at which latencies are compared. */
const SHARE = 0.5;

const TARGETS: Readonly<Record<number, number>> = { 1: 0.5, 100: 0.6 };

export const serving: Benchmark = {
  name: "serve",
  description: "50 float64 features of 100,000 keys from Redis over HTTP, beside a bare node:http + ioredis handler",
  async *run({ scale, rounds, only, progress }: BenchOptions): AsyncGenerator<Figure> {
    const keys = Math.max(1, Math.round(KEYS * scale));
    const redis = await startRedis();
    const servers: ServerProcess[] = [];
    try {
      progress(`materializing ${keys} keys`);
      const db = await Database.open();
      await fill(db, redis.url, keys).finally(() => db.close());
      const ours = await startServing("ours", redis.url);
      servers.push(ours);
      const head = await sameAnswers.head(ours.port);
      const peer = await startServing("peer", redis.url, head);
      servers.push(peer);
      await sameAnswers.check(ours.port, peer.port, keys);

      const seconds = Math.max(0.5, SECONDS * Math.min(1, scale * 2));
      const measure = { rounds, warmUps: 1, progress: (text: string) => progress(`  ${text}`) };
      const under =
        (port: number, way: Loading["way"], entities: number, rate = 0) =>
        async () => {
          const options: Loading = { port, way, entities, keys, connections: CONNECTIONS, seconds, rate };
          const {
            rate: answered,
            p50,
            p99,
          } = (await runModule<Load>("serve/loading.js", [JSON.stringify(options)])).told;
          return { rate: answered, p50, p99 };
        };
      for (const entities of [1, 100]) {
        const name = entities === 1 ? "one entity" : `${entities} entities`;
        if (!name.includes(only)) continue;
        progress(`${name}: as many as can be`);
        const most = await alternate(
          {
            features: under(ours.port, "features", entities),
            graphql: under(ours.port, "graphql", entities),
            peer: under(peer.port, "features", entities),
          },
          measure,
        );
        const target = TARGETS[entities] ?? 0;
        yield figure(`${name}, POST /features`, "requests/s", most.features.rate, most.peer.rate, {
          is: ">=",
          ratio: target,
        });
        yield figure(`${name}, GraphQL`, "requests/s", most.graphql.rate, most.peer.rate, { is: ">=", ratio: target });
        yield figure(`${name}, GraphQL beside POST /features`, "requests/s", most.graphql.rate, most.features.rate, {
          is: ">=",
          ratio: 1 / 1.25,
        });

        const rate = SHARE * Math.min(most.features.rate, most.graphql.rate, most.peer.rate);
        progress(`${name}: ${rate.toFixed(0)} a second`);
        const calm = await alternate(
          {
            features: under(ours.port, "features", entities, rate),
            graphql: under(ours.port, "graphql", entities, rate),
            peer: under(peer.port, "features", entities, rate),
          },
          measure,
        );
        yield figure(`${name}, POST /features, p50`, "ms", calm.features.p50, calm.peer.p50);
        yield figure(`${name}, POST /features, p99`, "ms", calm.features.p99, calm.peer.p99, { is: "<=", ratio: 2 });
        yield figure(`${name}, GraphQL, p50`, "ms", calm.graphql.p50, calm.peer.p50);
        yield figure(`${name}, GraphQL, p99`, "ms", calm.graphql.p99, calm.peer.p99, { is: "<=", ratio: 2 });
      }
    } finally {
      for (const server of servers) await server.stop();
      await redis.stop();
    }
  },
};
