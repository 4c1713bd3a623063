import type { Plan, PlanChange } from "./store-types.js";

/** What a plan says, without what applying it needs. */
export interface PlanData {
  readonly environment: string;
  readonly isEmpty: boolean;
  readonly changes: readonly PlanChange[];
  /** The functions of on-demand features, or what they import, are others. */
  readonly codeChanged: boolean;
}

export const planData = ({ isEmpty, changes, codeChanged }: Plan, environment: string): PlanData => ({
  environment,
  isEmpty,
  changes,
  codeChanged,
});
