import type { Redis } from "ioredis";
import { retryDelay } from "./connection.js";
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
  const close = neverEnding(redis);
  return {
    place,
    together: true,
    ask: async (commands) =>
      repliesOf(commands, await pipelined(redis, commands), isForgotten, (command) => asked(redis, command)),
    primaries: async () => [redis],
    lastError: () => lastError,
    close: async () => {
      close();
      if (redis.status === "ready") await redis.quit().catch(() => undefined);
      redis.disconnect();
    },
  };
}

/**
 * ioredis gives a connection up for good where a Sentinel tells of a failover while it is being opened: it is opened
 * again. Gives what ends that.
 */
function neverEnding(redis: Redis): () => void {
  let attempts = 0;
  let timer: NodeJS.Timeout | undefined;
  const again = () => {
    timer = setTimeout(() => {
      // Ends again where it fails.
      redis.connect().catch(() => undefined);
    }, retryDelay(++attempts));
  };
  redis.on("end", again);
  redis.on("ready", () => {
    attempts = 0;
  });
  return () => {
    redis.off("end", again);
    clearTimeout(timer);
  };
}
