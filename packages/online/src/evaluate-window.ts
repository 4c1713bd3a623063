import {
  AGGREGATES,
  emptyStates,
  type FeaturePlan,
  LockstepError,
  PARTIALS,
  type PartialSpec,
  type State,
} from "@lockstep/core";
import { computed, type FeatureValue } from "./feature-value.js";
import { firstFrom } from "./instants.js";
import type { KeyState } from "./key-state.js";
import { windowParts } from "./window-parts.js";

type WindowPlan = Extract<FeaturePlan, { kind: "window" }>;

/** A windowed feature at an instant: closed events from partials, then open ones from rows, in the order of time. */
export function windowEvaluator(plan: WindowPlan): (state: KeyState | null, t: bigint) => FeatureValue {
  const { feature, specs, closed } = plan;
  const partsOf = windowParts(feature.window);
  const { finish } = AGGREGATES[feature.aggregate];
  const argument = feature.argument?.type ?? null;
  const never = computed(finish(emptyStates(feature.aggregate), argument));

  return (state, t) => {
    if (state === null) return never;
    const parts = partsOf(state.stamp.t, t);
    const tile = closed.kind === "tiles" ? firstFrom(state.tiles[closed.group]?.starts ?? [], parts.tiles) : 0;
    const first = firstFrom(state.events.at, parts.from);
    const end = firstFrom(state.events.at, parts.to);
    const states = specs.map((spec, i) =>
      withRows(spec, withPartials(spec, closedStates(closed, state, i), tile), state.events, first, end),
    );
    try {
      return computed(finish(states, argument));
    } catch (error) {
      throw error instanceof RangeError ? overflow(feature.name, error) : error;
    }
  };
}

/** The states that hold the closed events of a feature's `i`th partial. */
function closedStates(closed: WindowPlan["closed"], state: KeyState, i: number): readonly State[] {
  if (closed.kind === "rows") return [];
  const partial = closed.partials[i] ?? -1;
  if (closed.kind === "tiles") return state.tiles[closed.group]?.partials[partial] ?? [];
  return [state.lifetimes[closed.group]?.[partial] ?? null];
}

function withPartials({ fn, argument }: PartialSpec, states: readonly State[], from: number): State {
  const { merge, empty } = PARTIALS[fn];
  let state = empty;
  for (let i = from; i < states.length; i++) state = merge(state, states[i] as State, argument);
  return state;
}

function withRows(spec: PartialSpec, before: State, events: KeyState["events"], from: number, end: number): State {
  const { merge, lift } = PARTIALS[spec.fn];
  const values = spec.input === null ? null : events.inputs[spec.input];
  const where = spec.where === null ? null : events.inputs[spec.where];
  let state = before;
  for (let row = from; row < end; row++) {
    if (where && where[row] !== true) continue;
    const value = values?.[row] ?? null;
    if (spec.ignoreNulls && value === null) continue;
    state = merge(state, lift(value, events.at[row] as bigint, spec.argument), spec.argument);
  }
  return state;
}

const overflow = (feature: string, cause: RangeError) =>
  new LockstepError({ code: "AGGREGATE_OVERFLOW", place: `feature '${feature}'`, what: cause.message }, { cause });
