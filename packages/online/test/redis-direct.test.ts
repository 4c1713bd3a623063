import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisServer, startRedis } from "../../../test/support/redis-server.js";
import { until } from "../../../test/support/until.js";
import { plainCommand } from "../src/redis/calls.js";
import { connectionOptions, retryDelay } from "../src/redis/connection.js";
import { directTopology } from "../src/redis/direct.js";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

const connected = () => {
  const redis = new Redis(server.url, { ...connectionOptions({}), retryStrategy: retryDelay });
  return { redis, topology: directTopology(redis, "here") };
};

test("a connection that ioredis has given up for good is opened again", async () => {
  const { redis, topology } = connected();
  await redis.ping();
  const ended = new Promise((resolve) => redis.once("end", resolve));
  // As where a Sentinel tells of a failover while the connection is being opened.
  redis.disconnect();
  await ended;
  await until(() => topology.ask([plainCommand("HDEL", [Buffer.from("k")], ["f"])]));
  await topology.close();
});

test("one that was closed stays so", async () => {
  const { redis, topology } = connected();
  await redis.ping();
  await topology.close();
  await until(async () => expect(redis.status).toBe("end"));
  expect(redis.listenerCount("end")).toBe(0);
});
