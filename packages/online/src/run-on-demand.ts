import { type Computed, computeOnDemand, type Instant, type Value } from "@lockstep/core";
import { computed } from "./feature-value.js";
import { isFailure, type Outcome } from "./outcome.js";
import type { OnDemandRun } from "./service-plan.js";

/** An outcome for each output. `features` are those that the function reads, in the order of `run.features`. */
export function runOnDemand(
  run: OnDemandRun,
  request: readonly Value[],
  features: readonly Outcome[],
  t: Instant,
): Outcome[] {
  const failed = features.find(isFailure);
  if (failed) return run.outputs.map(() => failed);
  const inputs: Record<string, Value> = {};
  run.request.forEach(({ name }, i) => {
    inputs[name] = request[i] ?? null;
  });
  run.features.forEach(({ name }, i) => {
    const feature = features[i];
    inputs[name] = feature && !isFailure(feature) && feature.status === "PRESENT" ? feature.value : null;
  });
  return computeOnDemand(run.compute, run.outputs, inputs, t).map((outcome) => outcomeOf(run.name, outcome));
}

const outcomeOf = (name: string, outcome: Computed): Outcome =>
  "value" in outcome
    ? computed(outcome.value)
    : { code: "ON_DEMAND_FAILED", message: `on-demand feature '${name}': ${outcome.failure}` };
