import { eachState, packStates, type States } from "@lockstep/online";

/** The same object, until the call of a store or a registry at which all is over. */
export type Breaking = <T extends object>(target: T) => T;

export class Break extends Error {}

/** Breaks off at the call of this number, over all that it is given. Of states that were to be written some are. */
export function breakingAt(last: number): Breaking {
  let calls = 0;
  return <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (_, name) => {
        const own = target[name as keyof T];
        if (typeof own !== "function") return own;
        // It gives an iterable at once, and is no write.
        if (name === "rows") return own.bind(target);
        return async (...args: unknown[]) => {
          const call = ++calls;
          if (call < last) return own.apply(target, args);
          if (call === last) {
            const [generation, states] = args as [unknown, States];
            await own.apply(target, name === "write" ? [generation, someOf(states, last)] : args).catch(() => {});
          }
          throw new Break();
        };
      },
    });
}

const someOf = (states: States, seed: number): States =>
  packStates([...eachState(states)].filter((_, i) => (i + seed) % 3 > 0));
