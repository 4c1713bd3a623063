import { isGivenKey, type OnlineStore } from "@lockstep/online";
import { heirsOf } from "@lockstep/push";
import type { Registry, RegistryState, Run } from "@lockstep/registry";

export interface SweepContext {
  readonly store: OnlineStore;
  readonly registry: Registry;
}

export interface SweepOptions {
  /** How long after the cut-over a generation is left to those that are still reading it. Default: 600. */
  readonly graceSeconds?: number;
  /** Milliseconds; the registry's times are the wall clock's. */
  readonly wall?: number;
}

export interface Swept {
  readonly generation: number;
  readonly keys: number;
  /** Nothing was removed: the first runs of these views will take over the rows that were pushed to it. */
  readonly awaitedBy?: readonly string[];
  /** Nothing was removed: this run has not ended, and began less than a day ago. */
  readonly writtenBy?: number;
}

const GRACE_SECONDS = 600;
/** A run that has not ended by then was killed. */
const RUN_MS = 86_400_000;

/** Removes from the online store the generations that no version needs which is served, or will be. */
export async function sweep({ store, registry }: SweepContext, options: SweepOptions = {}): Promise<Swept[]> {
  const { graceSeconds = GRACE_SECONDS, wall = Date.now() } = options;
  const state = await registry.state();
  const due = state.retired.filter(({ since }) => Date.parse(since) + graceSeconds * 1000 <= wall);
  const swept: Swept[] = [];
  for (const { generation } of due) {
    const writer = writerOf(state, generation, wall - RUN_MS);
    if (writer) {
      swept.push({ generation, keys: 0, writtenBy: writer.run });
      continue;
    }
    const heirs = heirsOf(state, generation);
    if (heirs.length > 0 && (await hasGivenRows(store, generation))) {
      swept.push({ generation, keys: 0, awaitedBy: heirs });
      continue;
    }
    const keys = await store.sweep(generation);
    await registry.recordSwept(generation, keys);
    swept.push({ generation, keys });
  }
  return swept;
}

async function hasGivenRows(store: OnlineStore, generation: number): Promise<boolean> {
  for await (const batch of store.rows(generation)) if (batch.some(({ key }) => isGivenKey(key))) return true;
  return false;
}

const writerOf = ({ runs }: RegistryState, generation: number, since: number): Run | undefined =>
  runs.find((r) => r.generation === generation && r.state === "running" && Date.parse(r.startedAt) > since);
