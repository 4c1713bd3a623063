import { type OnlineStore, readStamp, type StateWrite } from "@lockstep/online";
import type { Source } from "./source.js";

const GENERATION = 1;
/** As a run writes them. */
const CALL_STATES = 20_000;
const IN_FLIGHT = 3;

/** What a run writes, made once; gives what writes, publishes and cleans up as the run does. */
export async function recordStates(source: Source): Promise<(store: OnlineStore) => Promise<void>> {
  const states: StateWrite[] = [];
  await source.materialize(recording(states));
  const calls = Array.from({ length: Math.ceil(states.length / CALL_STATES) }, (_, i) =>
    states.slice(i * CALL_STATES, (i + 1) * CALL_STATES),
  );
  const stamp = readStamp((states[0] as StateWrite).value);
  return async (store) => {
    const pending = new Set<Promise<unknown>>();
    for (const call of calls) {
      const task: Promise<unknown> = store.write(GENERATION, call).finally(() => pending.delete(task));
      pending.add(task);
      while (pending.size >= IN_FLIGHT) await Promise.race(pending);
    }
    await Promise.all(pending);
    await store.publish(GENERATION, { ...stamp, floor: stamp });
    await store.removeOlder(GENERATION, stamp);
  };
}

/** As much of a store as a full run asks for. */
function recording(states: StateWrite[]): OnlineStore {
  const store: Pick<OnlineStore, "kind" | "write" | "publish" | "removeOlder" | "read"> = {
    kind: "recording",
    read: async () => ({ states: [], published: new Map() }),
    write: async (_, written) => {
      for (const state of written) states.push(state);
      return { written: written.length, kept: 0 };
    },
    publish: async () => undefined,
    removeOlder: async () => 0,
  };
  return store as OnlineStore;
}
