import {
  emptyValue,
  type FeaturePlan,
  finishAggregate,
  LockstepError,
  PARTIALS,
  type PartialSpec,
  type State,
} from "@lockstep/core";
import { computed, type FeatureValue } from "./feature-value.js";
import { firstFrom } from "./instants.js";
import type { KeyState } from "./key-state.js";
import { type WindowParts, windowParts } from "./window-parts.js";

type WindowPlan = Extract<FeaturePlan, { kind: "window" }>;

/** A windowed feature at an instant: closed events from partials, then open ones from rows, in the order of time. */
export function windowEvaluator(plan: WindowPlan): (state: KeyState | null, t: bigint) => FeatureValue {
  const { feature, specs, closed } = plan;
  const partsOf = windowParts(feature.window);
  const never = computed(emptyValue(feature));

  return (state, t) => {
    if (state === null) return never;
    const parts = partsOf(state.stamp.t, t);
    const first = firstFrom(state.events.at, parts.from);
    const end = firstFrom(state.events.at, parts.to);
    const tiles = tileRange(closed, state, parts);
    const states = specs.map((spec, i) => {
      const own = closedStates(closed, state, i, tiles);
      addRows(own, spec, state.events, first, end);
      return PARTIALS[spec.fn].merge(own, spec);
    });
    try {
      return computed(finishAggregate(feature, states));
    } catch (error) {
      throw error instanceof RangeError ? overflow(feature.name, error) : error;
    }
  };
}

type Range = readonly [from: number, to: number];

function tileRange(closed: WindowPlan["closed"], state: KeyState, { tiles, tilesTo }: WindowParts): Range {
  if (closed.kind !== "tiles") return [0, 0];
  const starts = state.tiles[closed.group]?.starts ?? [];
  return [firstFrom(starts, tiles), firstFrom(starts, tilesTo)];
}

/** The states that hold the closed events of a feature's `i`th partial. */
function closedStates(closed: WindowPlan["closed"], state: KeyState, i: number, [from, to]: Range): State[] {
  if (closed.kind === "rows") return [];
  const partial = closed.partials[i] ?? -1;
  if (closed.kind === "tiles") return state.tiles[closed.group]?.partials[partial]?.slice(from, to) ?? [];
  const whole = state.lifetimes[closed.group]?.[partial];
  return whole === undefined ? [] : [whole];
}

/** Adds what each of some rows contributes. */
function addRows(states: State[], spec: PartialSpec, events: KeyState["events"], from: number, end: number): void {
  const { lift } = PARTIALS[spec.fn];
  const values = spec.input === null ? null : events.inputs[spec.input];
  const where = spec.where === null ? null : events.inputs[spec.where];
  for (let row = from; row < end; row++) {
    if (where && where[row] !== true) continue;
    const value = values?.[row] ?? null;
    if (spec.ignoreNulls && value === null) continue;
    states.push(lift(value, events.at[row] as bigint, spec));
  }
}

const overflow = (feature: string, cause: RangeError) =>
  new LockstepError({ code: "AGGREGATE_OVERFLOW", place: `feature '${feature}'`, what: cause.message }, { cause });
