import type { KeyCommand, Topology } from "./topology.js";

type Ask = Topology["ask"];

interface Caller {
  readonly commands: readonly KeyCommand[];
  readonly resolve: (replies: readonly unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks for all callers of one tick in one round trip to each server. Each gets what it would have got alone: where what
 * fails may be of one caller (`own`), every caller is asked for by itself.
 */
export function batched(ask: Ask, own: (error: unknown) => boolean = isReply): Ask {
  let waiting: Caller[] = [];
  const send = async (): Promise<void> => {
    const callers = waiting;
    waiting = [];
    if (callers.length === 1) return alone(ask, callers[0] as Caller);
    try {
      const replies = await ask(callers.flatMap(({ commands }) => commands));
      let next = 0;
      for (const { commands, resolve } of callers) {
        resolve(replies.slice(next, next + commands.length));
        next += commands.length;
      }
    } catch (error) {
      if (own(error)) await Promise.all(callers.map((caller) => alone(ask, caller)));
      else for (const { reject } of callers) reject(error);
    }
  };
  return (commands) =>
    new Promise((resolve, reject) => {
      // Not an immediate: requests of several sockets would go out together and come back together, so that the server and
      // this process wait for each other in turn.
      if (waiting.push({ commands, resolve, reject }) === 1) process.nextTick(send);
    });
}

async function alone(ask: Ask, { commands, resolve, reject }: Caller): Promise<void> {
  try {
    resolve(await ask(commands));
  } catch (error) {
    reject(error);
  }
}

/** What a server says of a command, in contrast to a connection that fails all of them. */
const isReply = (error: unknown): boolean => error instanceof Error && error.name === "ReplyError";
