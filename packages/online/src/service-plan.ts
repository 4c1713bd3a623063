import type { MemberIR, NamedType, OnDemand, StateLayout, TypeIR, ViewIR } from "@lockstep/core";
import type { FeatureEvaluator, ViewEvaluator } from "./evaluate-state.js";
import type { LatestSlots } from "./latest-slots.js";
import type { ServiceInput } from "./request-rows.js";

/** A service, or some columns of it, made ready for reading. */
export interface ServicePlan {
  /** What its rows must have. */
  readonly inputs: readonly ServiceInput[];
  readonly views: readonly ViewRead[];
  /** Of the views, each once. */
  readonly generations: readonly number[];
  readonly onDemands: readonly OnDemandRun[];
  readonly columns: readonly PlannedColumn[];
}

/** A view to read. Two may be of one view, with their keys in other inputs. */
export interface ViewRead {
  readonly view: ViewIR;
  readonly generation: number;
  readonly layout: StateLayout;
  readonly at: ViewEvaluator["at"];
  readonly features: readonly FeatureEvaluator[];
  /** The inputs that hold its keys, by index. */
  readonly keys: readonly number[];
  readonly keyTypes: readonly TypeIR[];
  /** The first of the plan's views with the same entity and the same inputs. */
  readonly keyGroup: number;
  /** Where its features are row features of fixed width, and its states hold nothing else. */
  readonly latest: LatestRead | null;
}

/** Row features that are read where they lie. */
export interface LatestRead {
  readonly layout: LatestSlots;
  /** For each feature of the view that is read, which of the layout's row features it is. */
  readonly features: readonly number[];
  readonly ttl: bigint | null;
}

export interface OnDemandRun {
  readonly name: string;
  readonly compute: OnDemand["compute"];
  /** What the function sees, and the input that holds it. */
  readonly request: readonly { readonly name: string; readonly input: number }[];
  /** What the function sees, and the feature of `views[view]` that it is. */
  readonly features: readonly { readonly name: string; readonly view: number; readonly feature: number }[];
  readonly outputs: readonly NamedType[];
}

/** A column of the answer: a feature of `views[member]`, or an output of `onDemands[member]`. */
export interface PlannedColumn extends NamedType {
  readonly kind: MemberIR["kind"];
  readonly member: number;
  readonly index: number;
}
