import type { Event } from "./events.js";
import type { Answer, OracleView, RowFeature } from "./feature.js";

/** Section 4. `history` is the key's, in section 2's order. */
export function rowAnswer(view: OracleView, feature: RowFeature, history: Event[], t: bigint): Answer {
  const visible = history.filter((event) => (view.asOf === "<" ? event.eventTime < t : event.eventTime <= t));
  const winner = visible[visible.length - 1];
  if (winner === undefined) return { value: null, status: "MISSING" };
  if (view.ttl !== undefined && t - winner.eventTime > view.ttl) return { value: null, status: "EXPIRED" };
  const value = feature.value(winner.row);
  return { value, status: value === null ? "NULL" : "PRESENT" };
}
