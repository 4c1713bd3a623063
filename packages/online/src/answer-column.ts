import type { AnswerColumn, AnswerError } from "./answer.js";
import type { OutcomeColumn } from "./outcome-column.js";
import type { PlannedColumn } from "./service-plan.js";

/** A feature's outcomes under its column's name. Why rows failed is added to `errors`. */
export function answerColumn(
  { name, type }: PlannedColumn,
  outcomes: OutcomeColumn,
  errors: AnswerError[],
): AnswerColumn {
  const { values, statuses, eventTimes, failures } = outcomes;
  if (failures) for (const [row, failure] of failures) errors.push({ row, column: name, ...failure });
  return { name, type, values, statuses, eventTimes };
}
