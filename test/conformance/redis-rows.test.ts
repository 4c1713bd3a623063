import { openOnlineStore } from "@lockstep/online";
import { startRedisCluster } from "../support/redis-cluster.js";
import { startRedisSentinel } from "../support/redis-sentinel.js";
import { startRedis } from "../support/redis-server.js";
import { onlineRowsSuite } from "./online-rows.suite.js";

onlineRowsSuite("redis", async () => {
  const { url, stop } = await startRedis();
  return { store: (project) => openOnlineStore({ kind: "redis", url }, project), close: stop };
});

onlineRowsSuite("redis behind sentinels", async () => {
  const { master, sentinels, stop } = await startRedisSentinel();
  return { store: (project) => openOnlineStore({ kind: "redis-sentinel", master, sentinels }, project), close: stop };
});

onlineRowsSuite("redis cluster", async () => {
  const { addresses, stop } = await startRedisCluster();
  return { store: (project) => openOnlineStore({ kind: "redis-cluster", nodes: addresses }, project), close: stop };
});
