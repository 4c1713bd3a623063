import { corrupt } from "./corrupt.js";
import type { RegistryEvent } from "./events.js";
import type { Entry } from "./log.js";
import type { AppliedVersion, RegistryState, Retired, Run, Tombstone } from "./registry.js";
import { cutOver } from "./served.js";

export const EMPTY_STATE: RegistryState = Object.freeze({
  sequence: 0,
  versions: [],
  head: null,
  served: null,
  retired: [],
  forgotten: [],
  runs: [],
});

/** The state after further entries. Pure: the state that is given stays as it is. */
export function fold(state: RegistryState, entries: readonly Entry[]): RegistryState {
  if (entries.length === 0) return state;
  const growing: Growing = {
    versions: [...state.versions],
    runs: [...state.runs],
    served: state.served,
    retired: state.retired,
    forgotten: [...state.forgotten],
    sequence: state.sequence,
    place: "",
  };
  for (const entry of entries) {
    growing.place = `entry ${entry.sequence} of the registry`;
    growing.sequence++;
    if (entry.sequence !== growing.sequence)
      throw corrupt(growing.place, `it comes after entry ${growing.sequence - 1}`);
    FOLDS[entry.event.kind](growing, entry.event as never);
  }
  const { place: _, ...next } = growing;
  return { ...next, head: next.versions.at(-1) ?? null };
}

interface Growing {
  readonly versions: AppliedVersion[];
  readonly runs: Run[];
  readonly forgotten: Tombstone[];
  served: AppliedVersion | null;
  retired: readonly Retired[];
  sequence: number;
  place: string;
}

type EventOf<K extends RegistryEvent["kind"]> = Extract<RegistryEvent, { kind: K }>;

const FOLDS: { readonly [K in RegistryEvent["kind"]]: (to: Growing, event: EventOf<K>) => void } = {
  applied: (to, { kind: _, at, by, ...version }) => {
    const { versions, place } = to;
    const expected = (versions.at(-1)?.version ?? 0) + 1;
    if (version.version !== expected) throw corrupt(place, `it applies version ${version.version}, not ${expected}`);
    versions.push({ ...version, appliedAt: at, appliedBy: by });
    Object.assign(to, cutOver(to, versions, to.runs, at));
  },
  runStarted: ({ runs, sequence }, { kind: _, at, ...run }) => {
    runs.push({ run: sequence, ...run, state: "running", startedAt: at });
  },
  runFinished: (to, { kind: _, at, run, ...outcome }) => {
    const { runs, place } = to;
    // From the end: the runs that finish are the newest.
    const index = runs.findLastIndex((r) => r.run === run);
    const started = runs[index];
    if (started?.state !== "running") throw corrupt(place, `it ends run ${run}, which is not running`);
    runs[index] = { ...started, ...outcome, finishedAt: at };
    if (outcome.state === "complete") Object.assign(to, cutOver(to, to.versions, runs, at));
  },
  swept: (to, { generation }) => {
    to.retired = to.retired.filter((r) => r.generation !== generation);
  },
  forgotten: ({ forgotten, sequence }, { kind: _, ...tombstone }) => {
    forgotten.push({ ...tombstone, sequence });
  },
};
