import type { Redis } from "ioredis";
import { asked, isForgotten, pipelined, repliesOf } from "./pipeline.js";
import type { Topology } from "./topology.js";

/** One server that holds everything, over one connection. */
export function directTopology(redis: Redis, place: string): Topology {
  let lastError: unknown;
  // An 'error' without a listener would be printed or thrown.
  redis.on("error", (error) => {
    lastError = error;
  });
  redis.on("ready", () => {
    lastError = undefined;
  });
  return {
    place,
    ask: async (commands) =>
      repliesOf(commands, await pipelined(redis, commands), isForgotten, (command) => asked(redis, command)),
    primaries: async () => [redis],
    lastError: () => lastError,
    close: async () => {
      if (redis.status === "ready") await redis.quit().catch(() => undefined);
      redis.disconnect();
    },
  };
}
