import type { Cluster, Pipeline, Redis } from "ioredis";
import type { KeyCommand } from "./topology.js";
import { WireCommand } from "./wire.js";

export type Outcome = readonly [error: Error | null, reply: unknown];

/** ioredis takes longer to make a pipeline than to send some commands one by one, which is one trip, too. */
const FEW = 8;

/** Sends the commands at once, and gives what became of each. */
export async function pipelined(redis: Redis, commands: readonly KeyCommand[]): Promise<readonly Outcome[]> {
  const [first] = commands;
  if (commands.length === 1 && first) return [await outcomeOf(redis, first)];
  if (commands.length <= FEW) return Promise.all(commands.map((command) => outcomeOf(redis, command)));
  const pipeline = redis.pipeline() as Pipeline;
  for (const command of commands) pipeline.sendCommand(new WireCommand(command));
  return (await pipeline.exec()) ?? [];
}

async function outcomeOf(redis: Redis, command: KeyCommand): Promise<Outcome> {
  try {
    return [null, await redis.sendCommand(new WireCommand(command))];
  } catch (error) {
    return [error as Error, null];
  }
}

/** A single command, which ioredis redirects and sends again as need be. A script's text goes along. */
export const asked = (client: Redis | Cluster, command: KeyCommand): Promise<unknown> =>
  client.sendCommand(new WireCommand(command, true)) as Promise<unknown>;

/**
 * The replies; those commands that failed in a way that `mendable` knows are asked once more. So are those after them
 * with the same key, whatever they answered: they build upon what the first one does, and may be sent twice.
 */
export async function repliesOf(
  commands: readonly KeyCommand[],
  outcomes: readonly Outcome[],
  mendable: (error: Error) => boolean,
  again: (command: KeyCommand) => Promise<unknown>,
): Promise<unknown[]> {
  if (outcomes.every(([error]) => error === null)) return outcomes.map(([, reply]) => reply);
  const replies: unknown[] = [];
  const failed = new Map<Buffer, number[]>();
  for (const [i, [error, reply]] of outcomes.entries()) {
    if (error !== null && !mendable(error)) throw error;
    const { key } = commands[i] as KeyCommand;
    const before = failed.get(key);
    if (before) before.push(i);
    else if (error !== null) failed.set(key, [i]);
    else replies[i] = reply;
  }
  await Promise.all(
    [...failed.values()].map(async (indexes) => {
      for (const i of indexes) replies[i] = await again(commands[i] as KeyCommand);
    }),
  );
  return replies;
}

/** The server was restarted or told to forget its scripts. */
export const isForgotten = (error: Error): boolean => error.message.startsWith("NOSCRIPT");
