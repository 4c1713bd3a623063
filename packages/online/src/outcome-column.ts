import type { Instant, Status, Value } from "@lockstep/core";
import { type Failure, isFailure, type Outcome } from "./outcome.js";

/** The outcomes of one feature, or of one output, row by row. */
export interface OutcomeColumn {
  readonly values: Value[];
  readonly statuses: Status[];
  readonly eventTimes: (Instant | null)[];
  /** Why rows failed; their values are null. Null: none did. */
  failures: Map<number, Failure> | null;
}

/** With room for so many rows, and no more. `eventTimes`: of several features with one winner they are the same list. */
export const outcomeColumn = (rows: number, eventTimes: (Instant | null)[] = new Array(rows)): OutcomeColumn => ({
  values: new Array(rows),
  statuses: new Array(rows),
  eventTimes,
  failures: null,
});

export function putOutcome(column: OutcomeColumn, row: number, outcome: Outcome): void {
  if (isFailure(outcome)) {
    column.failures ??= new Map();
    column.failures.set(row, outcome);
  }
  const { value, status, eventTime } = isFailure(outcome) ? FAILED : outcome;
  column.values[row] = value;
  column.statuses[row] = status;
  column.eventTimes[row] = eventTime;
}

export const outcomeAt = ({ values, statuses, eventTimes, failures }: OutcomeColumn, row: number): Outcome =>
  failures?.get(row) ?? {
    value: values[row] as Value,
    status: statuses[row] as Status,
    eventTime: eventTimes[row] ?? null,
  };

const FAILED = { value: null, status: "NULL", eventTime: null } as const;
