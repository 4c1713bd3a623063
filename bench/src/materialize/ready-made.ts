import { type OnlineStore, readStamp, type States, stateAt } from "@lockstep/online";
import type { Source } from "./source.js";

const GENERATION = 1;
const IN_FLIGHT = 6;

/** What a run writes, made once; gives what writes, publishes and cleans up as the run does. */
export async function recordStates(source: Source): Promise<(store: OnlineStore) => Promise<void>> {
  const calls: States[] = [];
  await source.materialize(recording(calls));
  const stamp = readStamp(stateAt(calls[0] as States, 0).value);
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
function recording(calls: States[]): OnlineStore {
  const store: Pick<OnlineStore, "kind" | "write" | "publish" | "removeOlder" | "read"> = {
    kind: "recording",
    read: async () => ({ states: [], published: new Map() }),
    write: async (_, states) => {
      calls.push({ ...states, bytes: states.bytes.slice(), ends: states.ends.slice() });
      return { written: states.count, kept: 0 };
    },
    publish: async () => undefined,
    removeOlder: async () => 0,
  };
  return store as OnlineStore;
}
