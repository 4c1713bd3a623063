import { setTimeout as sleep } from "node:timers/promises";
import { openRedisClusterStore, openRedisStore } from "@lockstep/online";
import { describe, expect, test } from "vitest";
import { startRedisCluster } from "../support/redis-cluster.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { type Cut, type TcpProxy, tcpProxy } from "../support/tcp-proxy.js";
import { hold, until } from "../support/until.js";
import { allValues, type Witness, witness } from "./cut-off.js";

const CUT_MS = 10_000;
const CUTS: readonly Cut[] = ["silent", "refusing", "resetting"];
/** Short of what the cut takes, so that commands are given up while it lasts. */
const IMPATIENT = { project: "p", commandTimeout: 1_500, connectTimeout: 1_000 };

/** Once some runs are done, ten seconds without the network, and then some more. */
async function cutOff(proxy: TcpProxy, how: Cut, runs: () => number): Promise<void> {
  const more = (): Promise<void> => {
    const before = runs();
    return until(async () => hold(runs() > before + 2));
  };
  await more();
  await proxy.cut(how);
  await sleep(CUT_MS);
  await proxy.mend();
  await more();
}

function expectHonest({ wrong, runErrors, readErrors, reads }: Witness): void {
  expect(wrong).toEqual([]);
  expect(reads).toBeGreaterThan(0);
  for (const code of [...runErrors, ...readErrors]) expect(code).toMatch(/^(ONLINE|STORE)_[A-Z_]+$/);
  expect(runErrors.size).toBeGreaterThan(0);
  expect(readErrors).toContain("ONLINE_UNAVAILABLE");
}

describe.concurrent("ten seconds without the network, while runs and reads go on", () => {
  test.each(CUTS)("%s, to a single server", { timeout: 120_000 }, async (how) => {
    const server = await startRedis();
    const proxy = await tcpProxy(server.port);
    const store = await openRedisStore({ url: `redis://127.0.0.1:${proxy.port}`, ...IMPATIENT });
    const seen = await witness(store, (runs) => cutOff(proxy, how, runs));
    expectHonest(seen);
    const direct = await openRedisStore({ url: server.url, project: "p" });
    const published = (await direct.read([], [1])).published.get(1);
    expect(Number(published?.t)).toBeGreaterThanOrEqual(seen.acknowledged);
    for (const value of await allValues(direct)) expect(Number(value)).toBeGreaterThanOrEqual(seen.acknowledged);
    await Promise.all([store.close(), direct.close()]);
    await proxy.close();
    await server.stop();
  });

  test.each(["silent", "resetting"] as const)("%s, to one node of a Cluster", { timeout: 120_000 }, async (how) => {
    const cluster = await startRedisCluster();
    const [first, second] = cluster.nodes as unknown as readonly [RedisServer, RedisServer];
    const proxy = await tcpProxy(second.port);
    const store = await openRedisClusterStore({
      nodes: [`127.0.0.1:${first.port}`],
      natMap: { [`127.0.0.1:${second.port}`]: `127.0.0.1:${proxy.port}` },
      ...IMPATIENT,
    });
    await until(() => store.ping());
    const seen = await witness(store, (runs) => cutOff(proxy, how, runs));
    expectHonest(seen);
    const direct = await openRedisClusterStore({ nodes: cluster.addresses, project: "p" });
    const published = (await direct.read([], [1])).published.get(1);
    expect(Number(published?.t)).toBeGreaterThanOrEqual(seen.acknowledged);
    for (const value of await allValues(direct)) expect(Number(value)).toBeGreaterThanOrEqual(seen.acknowledged);
    await Promise.all([store.close(), direct.close()]);
    await proxy.close();
    await cluster.stop();
  });
});
