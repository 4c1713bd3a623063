import { LockstepError } from "./errors.js";
import type { Instant } from "./instant.js";
import type { OnDemandIR } from "./ir.js";
import type { OnDemand } from "./on-demand.js";
import { typeName } from "./types.js";
import { tryFromWire, type Value } from "./wire.js";

/** Runs an on-demand function on one row; its outputs in their declared order, each checked against its type. */
export function computeOnDemand(
  ir: OnDemandIR,
  declared: OnDemand,
  inputs: Readonly<Record<string, Value>>,
  t: Instant,
): Value[] {
  let result: unknown;
  try {
    result = declared.compute(inputs as never, { t });
  } catch (error) {
    throw failed(ir, error instanceof Error ? error.message : String(error));
  }
  if (typeof result !== "object" || result === null) throw failed(ir, "it returned no object");
  return ir.outputs.map(({ name, type }) => {
    const value = tryFromWire(type, (result as Record<string, unknown>)[name]);
    if (value === undefined) throw failed(ir, `its output '${name}' is not a ${typeName(type)}`);
    return value;
  });
}

const failed = (ir: OnDemandIR, why: string) =>
  new LockstepError({
    code: "ON_DEMAND_FAILED",
    place: `on-demand feature '${ir.name}'`,
    what: why,
    mend: "inputs can be null: return null for what cannot be computed",
  });
