import type { Instant } from "@lockstep/core";
import { isExpired } from "./evaluate-state.js";
import { MISSING } from "./feature-value.js";
import type { LatestState } from "./latest-state.js";
import { type OutcomeColumn, putOutcome } from "./outcome-column.js";
import type { LatestRead } from "./service-plan.js";

/** The row features of a key: section 4 of docs/semantics.md, for a stored winner. */
export function putLatest(
  columns: readonly OutcomeColumn[],
  row: number,
  { features, ttl }: LatestRead,
  state: LatestState,
  t: Instant,
): void {
  const eventTime = state.at;
  if (eventTime === null) {
    for (const column of columns) putOutcome(column, row, MISSING);
    return;
  }
  const expired = isExpired(t, eventTime, ttl);
  for (let i = 0; i < columns.length; i++) {
    const { values, statuses } = columns[i] as OutcomeColumn;
    const value = expired ? null : state.value(features[i] as number);
    values[row] = value;
    statuses[row] = expired ? "EXPIRED" : value === null ? "NULL" : "PRESENT";
  }
  // The same list for all of them.
  const [first] = columns;
  if (first) first.eventTimes[row] = eventTime;
}
