import { arrowSchema, recordBatch, streamBytes, valueColumn } from "@lockstep/arrow";
import { type Column, formatInstant, type NamedType, type TypeIR, type Value } from "@lockstep/core";
import type { Answer, AnswerColumn } from "@lockstep/online";
import type { Extras } from "./features-request.js";

const STATUS: TypeIR = { kind: "string" };
const TIME: TypeIR = { kind: "timestamp" };

interface NamedColumn extends NamedType {
  readonly values: readonly Value[];
}

/**
 * What `POST /features` answers, as an Arrow IPC stream of one batch, with the types of a training frame. What is not a
 * column is in the schema's metadata.
 */
export function arrowAnswer(answer: Answer, extras: Extras): Uint8Array {
  const { service, t, watermark, rows, errors } = answer;
  const columns = answer.columns.flatMap((column) => columnsOf(column, extras));
  const schema = arrowSchema(columns, {
    service,
    t: formatInstant(t),
    ...(watermark === null ? {} : { watermark: formatInstant(watermark) }),
    errors: JSON.stringify(errors),
  });
  return streamBytes(schema, [recordBatch(schema, columns.map(dense), rows)]);
}

const columnsOf = ({ name, type, values, statuses, eventTimes }: AnswerColumn, extras: Extras): NamedColumn[] => [
  { name, type, values },
  ...(extras.statuses ? [{ name: `${name}__status`, type: STATUS, values: statuses }] : []),
  ...(extras.eventTimes ? [{ name: `${name}__event_time`, type: TIME, values: eventTimes }] : []),
];

/** Doubles, which are most of what is asked for, go into their buffer at once. */
function dense({ type, values }: NamedColumn): Column {
  const column = valueColumn(type, values);
  if (type.kind !== "float64") return column;
  // Not Float64Array.from, which takes ten times as long.
  const raw = new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number | null;
    if (value === null) return column;
    raw[row] = value;
  }
  return { ...column, raw, bits: null };
}
