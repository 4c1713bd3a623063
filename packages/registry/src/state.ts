import { corrupt } from "./corrupt.js";
import type { RegistryEvent } from "./events.js";
import type { Entry } from "./log.js";
import type { AppliedVersion, RegistryState, Run } from "./registry.js";

export const EMPTY_STATE: RegistryState = Object.freeze({ sequence: 0, versions: [], head: null, runs: [] });

/** The state after further entries. Pure: the state that is given stays as it is. */
export function fold(state: RegistryState, entries: readonly Entry[]): RegistryState {
  if (entries.length === 0) return state;
  const versions = [...state.versions];
  const runs = [...state.runs];
  let { sequence } = state;
  for (const entry of entries) {
    const place = `entry ${entry.sequence} of the registry`;
    if (entry.sequence !== ++sequence) throw corrupt(place, `it comes after entry ${sequence - 1}`);
    FOLDS[entry.event.kind]({ versions, runs, sequence, place }, entry.event as never);
  }
  return { sequence, versions, head: versions.at(-1) ?? null, runs };
}

interface Growing {
  readonly versions: AppliedVersion[];
  readonly runs: Run[];
  readonly sequence: number;
  readonly place: string;
}

type EventOf<K extends RegistryEvent["kind"]> = Extract<RegistryEvent, { kind: K }>;

const FOLDS: { readonly [K in RegistryEvent["kind"]]: (to: Growing, event: EventOf<K>) => void } = {
  applied: ({ versions, place }, { kind: _, at, by, ...version }) => {
    const expected = (versions.at(-1)?.version ?? 0) + 1;
    if (version.version !== expected) throw corrupt(place, `it applies version ${version.version}, not ${expected}`);
    versions.push({ ...version, appliedAt: at, appliedBy: by });
  },
  runStarted: ({ runs, sequence }, { kind: _, at, ...run }) => {
    runs.push({ run: sequence, ...run, state: "running", startedAt: at });
  },
  runFinished: ({ runs, place }, { kind: _, at, run, ...outcome }) => {
    // From the end: the runs that finish are the newest.
    const index = runs.findLastIndex((r) => r.run === run);
    const started = runs[index];
    if (started?.state !== "running") throw corrupt(place, `it ends run ${run}, which is not running`);
    runs[index] = { ...started, ...outcome, finishedAt: at };
  },
};
