import { floorDiv, formatInstant, type Instant, type Status, type TypeIR, toWire, type Value } from "@lockstep/core";
import type { Answer, AnswerColumn } from "@lockstep/online";
import type { FeastRequest } from "./feast-request.js";

const STATUSES: { readonly [S in Status]: string } = {
  PRESENT: "PRESENT",
  NULL: "NULL_VALUE",
  MISSING: "NOT_FOUND",
  EXPIRED: "OUTSIDE_MAX_AGE",
};

const EPOCH = "1970-01-01T00:00:00Z";

/** Feast's GetOnlineFeaturesResponse as its Python server writes it: a list for each entity column and feature. */
export function feastAnswer(answer: Answer, { entities, features }: FeastRequest): string {
  const timesOf = eventTimestamps(answer.t);
  const columns = new Map(answer.columns.map((column) => [column.name, column]));
  const results = [
    ...entities.map(([, values]) => entityResult(values)),
    ...features.map(({ column }) => featureResult(answer, columns.get(column) as AnswerColumn, timesOf)),
  ];
  const names = [...entities.map(([name]) => name), ...features.map(({ name }) => name)];
  return `{"metadata":${JSON.stringify({ feature_names: names })},"results":[${results.join(",")}]}`;
}

const entityResult = (values: readonly unknown[]): string =>
  JSON.stringify({
    values,
    statuses: values.map(() => STATUSES.PRESENT),
    event_timestamps: values.map(() => EPOCH),
  });

function featureResult({ errors }: Answer, column: AnswerColumn, timesOf: (column: AnswerColumn) => string): string {
  const { name, type, values, statuses } = column;
  const failed = new Set(errors.filter(({ column }) => column === name).map(({ row }) => row));
  const shown = statuses.map((status, row) => (failed.has(row) ? "INVALID" : STATUSES[status]));
  const text = isJson(type, values) ? JSON.stringify(values) : `[${values.map((v) => valueText(type, v)).join(",")}]`;
  return `{"values":${text},"statuses":${JSON.stringify(shown)},"event_timestamps":${timesOf(column)}}`;
}

/**
 * The event times of a column, as JSON. A windowed feature has no event of its own: it is of the answer's instant. A view's
 * row features share theirs, which are most of what there is to print.
 */
function eventTimestamps(t: Instant): (column: AnswerColumn) => string {
  const known = new Map<AnswerColumn["eventTimes"], readonly string[]>();
  return ({ statuses, eventTimes }) => {
    const texts = known.get(eventTimes) ?? eventTimes.map((at) => rfc3339(at ?? t));
    known.set(eventTimes, texts);
    return JSON.stringify(statuses.map((status, row) => (status === "MISSING" ? EPOCH : texts[row])));
  };
}

const isJson = ({ kind }: TypeIR, values: readonly Value[]): boolean =>
  (kind === "float64" || kind === "float32") &&
  values.every((value) => value === null || (Number.isFinite(value) && !Object.is(value, -0)));

/** Feast's integers are JSON numbers however great they are, its timestamps are whole seconds. */
function valueText(type: TypeIR, value: Value): string {
  if (value === null) return "null";
  if (Object.is(value, -0)) return "-0.0";
  switch (type.kind) {
    case "int64":
    case "int128":
    case "duration":
      return String(value);
    case "timestamp":
      return String(floorDiv(value as bigint, 1_000_000n));
    case "list":
      return `[${(value as readonly Value[]).map((item) => valueText(type.element, item)).join(",")}]`;
    case "vector":
      return `[${(value as readonly Value[]).map((item) => valueText({ kind: "float32" }, item)).join(",")}]`;
    case "struct": {
      const struct = value as Readonly<Record<string, Value>>;
      const fields = type.fields.map((f) => `${JSON.stringify(f.name)}:${valueText(f.type, struct[f.name] ?? null)}`);
      return `{${fields.join(",")}}`;
    }
    default:
      return JSON.stringify(toWire(type, value));
  }
}

/** With no digit, three or six after the second, as protobuf writes it. */
const rfc3339 = (at: Instant): string => formatInstant(at).replace(/(?:\.000|(\.\d{3}))000Z$/, "$1Z");
