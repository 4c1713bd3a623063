import { formatInstant } from "@lockstep/core";
import type { Answer, AnswerColumn } from "@lockstep/online";
import type { Extras, Form } from "./features-request.js";
import { namedRows } from "./row-objects.js";
import { wireColumn, wireInstants } from "./wire-column.js";

type Lists = readonly (readonly unknown[])[];

/** How each form holds a list of values for each column. A new form is a new row here. */
const FORMS: {
  readonly [F in Form]: (service: string, names: readonly string[], lists: Lists, rows: number) => unknown;
} = {
  rows: (service, names, lists, rows) => namedRows(service, names)(lists, rows),
  columns: (_service, names, lists) => Object.fromEntries(names.map((name, i) => [name, lists[i]])),
  vectors: (_service, _names, lists, rows) => Array.from({ length: rows }, (_, row) => lists.map((list) => list[row])),
};

/** What `POST /features` answers, as JSON. */
export function featuresAnswer(answer: Answer, form: Form, extras: Extras): string {
  const { service, t, watermark, rows, columns, errors } = answer;
  const names = columns.map(({ name }) => name);
  const listed = (list: (column: AnswerColumn) => readonly unknown[]) =>
    FORMS[form](service, names, columns.map(list), rows);
  return JSON.stringify({
    service,
    t: formatInstant(t),
    watermark: watermark === null ? null : formatInstant(watermark),
    ...(form === "vectors" ? { features: names } : {}),
    [form]: listed(({ type, values }) => wireColumn(type, values)),
    ...(extras.statuses ? { statuses: listed(({ statuses }) => statuses) } : {}),
    ...(extras.eventTimes ? { event_times: listed(({ eventTimes }) => wireInstants(eventTimes)) } : {}),
    errors,
  });
}
