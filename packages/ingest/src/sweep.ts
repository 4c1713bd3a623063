import { formatInstant, type Instant } from "@lockstep/core";
import { givenRows, instantOf, isWholeRow, type OnlineStore } from "@lockstep/online";
import { heirsOf, type PushTarget } from "@lockstep/push";
import type { Registry, RegistryState, Run } from "@lockstep/registry";

export interface SweepContext {
  readonly store: OnlineStore;
  readonly registry: Registry;
  readonly now: Instant;
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
  /** By then none of them would take over anything any more, ISO 8601; absent: the store's bytes don't tell. */
  readonly until?: string;
  /** Nothing was removed: this run has not ended, and began less than a day ago. */
  readonly writtenBy?: number;
}

const GRACE_SECONDS = 600;
/** A run that has not ended by then was killed. */
const RUN_MS = 86_400_000;

/** Removes from the online store the generations that no version needs which is served, or will be. */
export async function sweep({ store, registry, now }: SweepContext, options: SweepOptions = {}): Promise<Swept[]> {
  const { graceSeconds = GRACE_SECONDS, wall = Date.now() } = options;
  const state = await registry.state();
  const due = state.retired.filter(({ since }) => Date.parse(since) + graceSeconds * 1000 <= wall);
  const swept: Swept[] = [];
  for (const { generation } of due) {
    const writer = writersOf(state, generation, wall - RUN_MS).at(0);
    if (writer) {
      swept.push({ generation, keys: 0, writtenBy: writer.run });
      continue;
    }
    const heirs = heirsOf(state, generation).map((heir) => ({
      ...heir,
      begun: writersOf(state, heir.generation, wall - RUN_MS).map(({ watermark }) => BigInt(watermark)),
    }));
    const awaited = await awaitedBy(store, heirs, generation, now);
    if (awaited) {
      swept.push({ generation, keys: 0, ...awaited });
      continue;
    }
    const keys = await store.sweep(generation);
    await registry.recordSwept(generation, keys);
    swept.push({ generation, keys });
  }
  return swept;
}

interface Heir extends PushTarget {
  /** The T of its runs that have not ended. */
  readonly begun: readonly Instant[];
}

/**
 * A first run takes over what is known after its T, which is `lookback` ago where nobody says another. So once the last
 * row was known for as long, there is nothing left to wait for, even if a view is never materialized.
 */
async function awaitedBy(
  store: OnlineStore,
  heirs: readonly Heir[],
  generation: number,
  now: Instant,
): Promise<Pick<Swept, "awaitedBy" | "until"> | null> {
  const last = heirs.length > 0 ? await lastGiven(store, generation) : null;
  if (last === null) return null;
  const names = (of: readonly Heir[]) => of.map(({ view }) => view.name);
  if (last === "damaged") return { awaitedBy: names(heirs) };
  const until = ({ source }: Heir) => last + BigInt(source.lookback ?? 0);
  const waiting = heirs.filter((heir) => until(heir) > now || heir.begun.some((t) => t < last));
  if (waiting.length === 0) return null;
  const latest = waiting.map(until).reduce((a, b) => (a > b ? a : b));
  return { awaitedBy: names(waiting), until: formatInstant(latest) };
}

/** When the last of the rows that were pushed to it became known; null: there are none. Damaged ones don't tell. */
async function lastGiven(store: OnlineStore, generation: number): Promise<Instant | "damaged" | null> {
  let last: Instant | null = null;
  for await (const ids of givenRows(store, generation)) {
    for (const row of ids.flatMap(({ rows }) => rows)) {
      if (!isWholeRow(row)) return "damaged";
      const known = instantOf(row);
      if (last === null || known > last) last = known;
    }
  }
  return last;
}

const writersOf = ({ runs }: RegistryState, generation: number, since: number): Run[] =>
  runs.filter((r) => r.generation === generation && r.state === "running" && Date.parse(r.startedAt) > since);
