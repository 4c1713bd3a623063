import { type FeaturePlan, formatInstant, LockstepError, type StateLayout, type ViewIR } from "@lockstep/core";
import { windowEvaluator } from "./evaluate-window.js";
import { computed, type FeatureValue, MISSING } from "./feature-value.js";
import type { KeyState } from "./key-state.js";
import { type Winner, winnerAt, winnerValue } from "./winner.js";

/** A key at an instant; `winner` is shared by its row features. A null state: a key never seen. */
export interface KeyMoment {
  readonly state: KeyState | null;
  readonly winner: Winner | null;
  readonly t: bigint;
}

/** Throws AGGREGATE_OVERFLOW where an exact result does not fit its type. */
export type FeatureEvaluator = (moment: KeyMoment) => FeatureValue;

/** A view's features from a key's state, compiled once. */
export interface ViewEvaluator {
  readonly at: (state: KeyState | null, t: bigint) => KeyMoment;
  /** One for each feature of the view, in its order. */
  readonly features: readonly FeatureEvaluator[];
}

export function viewEvaluator(view: ViewIR, layout: StateLayout): ViewEvaluator {
  return {
    at: (state, t) => {
      if (state && t < state.stamp.t) throw beforeWatermark(view.name, t, state.stamp.t);
      return { state, winner: state && winnerAt(layout, state, t), t };
    },
    features: layout.features.map((plan) => featureEvaluator(plan, view.ttl)),
  };
}

/** What each of a view's features is at `t`, which is not before the state's own T: section 8 of docs/semantics.md. */
export function evaluateState(view: ViewIR, layout: StateLayout, state: KeyState | null, t: bigint): FeatureValue[] {
  const { at, features } = viewEvaluator(view, layout);
  const moment = at(state, t);
  return features.map((evaluate) => evaluate(moment));
}

function featureEvaluator(plan: FeaturePlan, ttl: number | null): FeatureEvaluator {
  if (plan.kind === "window") {
    const evaluate = windowEvaluator(plan);
    return ({ state, t }) => evaluate(state, t);
  }
  const longest = ttl === null ? null : BigInt(ttl);
  return ({ state, winner, t }) => {
    if (!state || !winner) return MISSING;
    const eventTime = winner.at;
    if (isExpired(t, eventTime, longest)) return { value: null, status: "EXPIRED", eventTime };
    return { ...computed(winnerValue(state, winner, plan.input, plan.slot)), eventTime };
  };
}

export const isExpired = (t: bigint, eventTime: bigint, longest: bigint | null): boolean =>
  longest !== null && t - eventTime > longest;

export const beforeWatermark = (view: string, t: bigint, watermark: bigint) =>
  new LockstepError({
    code: "BEFORE_WATERMARK",
    place: `view '${view}'`,
    what: `it was asked for ${formatInstant(t)}, and is materialized up to ${formatInstant(watermark)}`,
    mend: "ask for that instant or a later one, or for none",
  });
