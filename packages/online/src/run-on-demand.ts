import { type Instant, type NamedType, tryFromWire, typeName, type Value } from "@lockstep/core";
import { computed } from "./feature-value.js";
import { type Failure, isFailure, type Outcome } from "./outcome.js";
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
    inputs[name] = own(request[i] ?? null);
  });
  run.features.forEach(({ name }, i) => {
    const feature = features[i];
    inputs[name] = feature && !isFailure(feature) && feature.status === "PRESENT" ? own(feature.value) : null;
  });
  try {
    const result = resultOf(run.compute(inputs as never, { t }));
    return run.outputs.map((output) => outputOf(run.name, output, result));
  } catch (error) {
    const failure = failureOf(run.name, `it failed: ${reason(error)}`);
    return run.outputs.map(() => failure);
  }
}

/** Lists and bytes are shared by the rows of a request, and a function may sort what it is given. */
const own = (value: Value): Value => (typeof value === "object" && value !== null ? structuredClone(value) : value);

function resultOf(result: unknown): Readonly<Record<string, unknown>> {
  if (typeof result === "object" && result !== null && !("then" in result)) return result as Record<string, unknown>;
  throw new TypeError("it must give an object with its outputs, synchronously");
}

function outputOf(name: string, output: NamedType, result: Readonly<Record<string, unknown>>): Outcome {
  const value = tryFromWire(output.type, result[output.name]);
  return value === undefined
    ? failureOf(name, `its output '${output.name}' is not a ${typeName(output.type)}`)
    : computed(value);
}

const failureOf = (name: string, why: string): Failure => ({
  code: "ON_DEMAND_FAILED",
  message: `on-demand feature '${name}': ${why}`,
});

/** What an error says, never where: a stack is the server's own business. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : typeof error === "string" ? error : "it threw no error";
  return text.split("\n", 1)[0]?.slice(0, 200) ?? "";
}
