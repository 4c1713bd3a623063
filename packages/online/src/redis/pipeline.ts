import type { Cluster, Redis } from "ioredis";
import type { KeyCommand } from "./topology.js";

export type Outcome = readonly [error: Error | null, reply: unknown];

type Methods<T> = Record<KeyCommand["method"], (key: Buffer, ...args: KeyCommand["args"]) => T>;

/** Sends the commands as one write, and gives what became of each. */
export async function pipelined(redis: Redis, commands: readonly KeyCommand[]): Promise<readonly Outcome[]> {
  const [only] = commands;
  if (only && commands.length === 1) return [await alone(redis, only)];
  const pipeline = redis.pipeline();
  const methods = pipeline as unknown as Methods<unknown>;
  for (const { method, key, args } of commands) methods[method](key, ...args);
  return (await pipeline.exec()) ?? [];
}

async function alone(redis: Redis, command: KeyCommand): Promise<Outcome> {
  try {
    return [null, await asked(redis, command)];
  } catch (error) {
    return [error as Error, undefined];
  }
}

/** A single command, which ioredis redirects and sends again as need be. */
export const asked = (client: Redis | Cluster, { method, key, args }: KeyCommand): Promise<unknown> =>
  (client as unknown as Methods<Promise<unknown>>)[method](key, ...args);

/** The replies; those commands that failed in a way that `mendable` knows are asked once more, one after the other. */
export async function repliesOf(
  commands: readonly KeyCommand[],
  outcomes: readonly Outcome[],
  mendable: (error: Error) => boolean,
  again: (command: KeyCommand) => Promise<unknown>,
): Promise<unknown[]> {
  const replies: unknown[] = [];
  for (const [i, [error, reply]] of outcomes.entries()) {
    if (error !== null && !mendable(error)) throw error;
    replies.push(error === null ? reply : await again(commands[i] as KeyCommand));
  }
  return replies;
}

/** The server was restarted or told to forget its scripts. */
export const isForgotten = (error: Error): boolean => error.message.startsWith("NOSCRIPT");
