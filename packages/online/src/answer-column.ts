import type { Instant, Status, Value } from "@lockstep/core";
import type { AnswerColumn, AnswerError } from "./answer.js";
import { isFailure, type Outcome } from "./outcome.js";
import type { PlannedColumn } from "./service-plan.js";

/** One column of each row's outcomes. Failures become null and are added to `errors`. */
export function answerColumn(
  { name, type, index }: PlannedColumn,
  rows: readonly (readonly Outcome[])[],
  errors: AnswerError[],
): AnswerColumn {
  const values: Value[] = [];
  const statuses: Status[] = [];
  const eventTimes: (Instant | null)[] = [];
  rows.forEach((outcomes, row) => {
    const outcome = outcomes[index] as Outcome;
    if (isFailure(outcome)) errors.push({ row, column: name, ...outcome });
    const { value, status, eventTime } = isFailure(outcome) ? FAILED : outcome;
    values.push(value);
    statuses.push(status);
    eventTimes.push(eventTime);
  });
  return { name, type, values, statuses, eventTimes };
}

const FAILED = { value: null, status: "NULL", eventTime: null } as const;
