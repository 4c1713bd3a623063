import { aggregate } from "./aggregate.js";
import type { Event } from "./events.js";
import type { Answer, WindowFeature } from "./feature.js";
import { OracleOverflow } from "./overflow.js";
import type { Value } from "./values.js";
import { isWithin, windowEdges } from "./window.js";
import { checkWindow } from "./windowRules.js";

/** Section 5. `history` is the key's, in section 2's order. */
export function windowAnswer(feature: WindowFeature, history: Event[], key: Value[], t: bigint): Answer {
  checkWindow(feature);
  const edges = windowEdges(feature.window, t - (feature.offset ?? 0n));
  const rows = history
    .filter((event) => isWithin(edges, feature.bounds ?? "[)", event.eventTime))
    .map((event) => event.row)
    .filter((row) => feature.where === undefined || feature.where(row) === true);
  const result = aggregate(feature, rows, () => new OracleOverflow(feature.name, key));
  return { ...result, status: result.value === null ? "NULL" : "PRESENT" };
}
