import type { Pusher } from "@lockstep/online";
import { type PushContext, push } from "./push.js";

/** Pushes one call after another: they share a connection. */
export function createPusher(context: PushContext): Pusher {
  let last: Promise<unknown> = Promise.resolve();
  return {
    push: (source, rows) => {
      const answers = last.then(() => push(context, source, rows));
      last = answers.catch(() => undefined);
      return answers;
    },
  };
}
