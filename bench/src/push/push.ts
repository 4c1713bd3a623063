import { Database } from "@lockstep/offline";
import { type OnlineStore, openOnlineStore } from "@lockstep/online";
import { Redis } from "ioredis";
import { type Benchmark, type BenchOptions, type Figure, figure } from "../benchmark.js";
import { inEmptyFolder } from "../materialize/lmdb.js";
import { alternate, timed } from "../measure.js";
import { startRedis } from "../redis-server.js";
import { type Orders, openOrders, PROJECT } from "./orders.js";
import { lmdbPeer, noting, type Peer, redisPeer } from "./peer.js";

/** How many rows a call, and how many calls are measured. */
const CASES = [
  { rows: 1, calls: 400 },
  { rows: 100, calls: 40 },
  { rows: 10_000, calls: 2 },
] as const;

export const pushing: Benchmark = {
  name: "push",
  description: "Rows pushed into two views, 1, 100 and 10,000 a call, beside bare puts of the same bytes",
  async *run(options: BenchOptions): AsyncGenerator<Figure> {
    const db = await Database.open();
    const orders = await openOrders(db);
    try {
      for (const within of [inLmdb, inRedis])
        yield* await within((store, peer) => figures(orders, store, peer, options));
    } finally {
      await orders.close();
      db.close();
    }
  },
};

type Measure = (store: OnlineStore, peer: Peer) => Promise<Figure[]>;

const inLmdb = (measure: Measure): Promise<Figure[]> =>
  inEmptyFolder((path) =>
    measured(openOnlineStore({ kind: "lmdb", path: `${path}/ours` }, PROJECT), lmdbPeer(`${path}/peer`), measure),
  );

async function inRedis(measure: Measure): Promise<Figure[]> {
  const server = await startRedis(["--hash-max-listpack-value", "512"]);
  try {
    const store = openOnlineStore({ kind: "redis", url: server.url }, PROJECT);
    return await measured(store, redisPeer(new Redis(server.url)), measure);
  } finally {
    await server.stop();
  }
}

async function measured(opening: Promise<OnlineStore>, peer: Peer, measure: Measure): Promise<Figure[]> {
  const store = await opening;
  try {
    return await measure(store, peer);
  } finally {
    await store.close();
    await peer.close();
  }
}

async function figures(
  orders: Orders,
  store: OnlineStore,
  peer: Peer,
  { scale, rounds, only, progress }: BenchOptions,
): Promise<Figure[]> {
  const noted = noting(store);
  const pusher = await orders.pusherTo(noted.store);
  const push = async (given: readonly object[]) => {
    const answers = await pusher.push("orders", given);
    if (answers.some(({ status }) => status !== "ACCEPTED")) throw new Error("a row was not accepted");
  };
  const found: Figure[] = [];
  for (const { rows, calls: full } of CASES) {
    const title = `${store.kind}, ${rows} ${rows === 1 ? "row" : "rows"} a call`;
    if (!title.includes(only)) continue;
    progress(title);
    const calls = Math.max(1, Math.round(full * scale));
    const rate = (seconds: number) => ({ rate: (rows * calls) / seconds });
    noted.take();
    await push(orders.next(rows));
    const call = noted.take();
    const { ours, puts } = await alternate(
      {
        ours: async () => {
          const given = Array.from({ length: calls }, () => orders.next(rows));
          const { seconds } = await timed(async () => {
            for (const one of given) await push(one);
          });
          noted.take();
          return rate(seconds);
        },
        puts: async () => {
          const { seconds } = await timed(async () => {
            for (let i = 0; i < calls; i++) await peer.put(call);
          });
          return rate(seconds);
        },
      },
      { rounds, warmUps: 1, progress: (text) => progress(`  ${text}`) },
    );
    found.push(figure(`${title}; peer: bare puts of the same bytes`, "rows/s", ours.rate, puts.rate));
  }
  return found;
}
