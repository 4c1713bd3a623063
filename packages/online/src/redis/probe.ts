import { Redis } from "ioredis";
import type { Address } from "./addresses.js";
import { type ConnectionSettings, connectionOptions } from "./connection.js";

/** Why a server can't be reached; undefined where it can. */
export async function whyUnreachable(server: Address, settings: ConnectionSettings): Promise<unknown> {
  const redis = new Redis({ ...server, ...connectionOptions(settings), lazyConnect: true, retryStrategy: () => null });
  let why: unknown;
  redis.on("error", (error) => {
    why = error;
  });
  try {
    await redis.connect();
    return undefined;
  } catch (error) {
    // That a connection is closed says less than what closed it.
    return why ?? error;
  } finally {
    redis.disconnect();
  }
}
