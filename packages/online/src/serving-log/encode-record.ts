import type { NamedType, Value } from "@lockstep/core";
import type { Answer, AnswerOrigin } from "../answer.js";
import type { ByteWriter } from "../byte-writer.js";
import { type ValueCodec, valueCodec } from "../value-codec.js";
import { writeValues } from "../values.js";
import { ALL_PRESENT, HAS_VALUE, type LoggedShape, RECORD, SOME_ARE_NOT, STATUSES } from "./record.js";

/** An answer that has an origin. */
export type TracedAnswer = Answer & { readonly origin: AnswerOrigin };

/** A shape as it is written, and how its values are. */
export interface OpenShape {
  readonly id: number;
  readonly inputs: readonly ValueCodec[];
  readonly columns: readonly ValueCodec[];
}

export const shapeOf = ({ service, columns, origin }: TracedAnswer): LoggedShape => ({
  service,
  version: origin.version,
  inputs: origin.inputs,
  columns: columns.map(({ name, type }) => ({ name, type })),
  views: origin.views,
});

const codecOf = ({ type }: NamedType): ValueCodec => valueCodec(type);

export function encodeShape(out: ByteWriter, id: number, shape: LoggedShape): OpenShape {
  const views = shape.views.map(({ view, generation, mark }) => ({
    view,
    generation,
    mark: { t: String(mark.t), run: mark.run },
  }));
  out.u8(RECORD.shape);
  out.varint(id);
  out.text(JSON.stringify({ ...shape, views }));
  return { id, inputs: shape.inputs.map(codecOf), columns: shape.columns.map(codecOf) };
}

/** How an answer was asked for: its name in logs, whether it named its instant, and the server's clock in milliseconds. */
export interface Asked {
  readonly requestId: string;
  readonly at: boolean;
  readonly wall: number;
}

/** Values as their codecs write them: every bit comes back. */
export function encodeAnswer(out: ByteWriter, shape: OpenShape, answer: TracedAnswer, asked: Asked): void {
  const { t, rows, columns, errors, origin } = answer;
  out.u8(RECORD.answer);
  out.varint(shape.id);
  out.i64(t);
  out.f64(asked.wall);
  out.u8(asked.at ? 1 : 0);
  out.text(asked.requestId);
  out.varint(rows);
  origin.values.forEach((values, i) => {
    const codec = shape.inputs[i] as ValueCodec;
    writeValues(out, values, () => codec);
  });
  for (let c = 0; c < columns.length; c++)
    encodeColumn(out, shape.columns[c] as ValueCodec, columns[c] as Column, rows);
  out.varint(errors.length);
  for (const { row, column, code } of errors) {
    out.varint(row);
    out.varint(columns.findIndex(({ name }) => name === column));
    out.text(code);
  }
  out.varint(origin.ahead.length);
  for (const { row, view, stamp } of origin.ahead) {
    out.varint(row);
    out.varint(view);
    out.i64(stamp.t);
    out.u32(stamp.run);
  }
}

type Column = Answer["columns"][number];

function encodeColumn(out: ByteWriter, codec: ValueCodec, { values, statuses }: Column, rows: number): void {
  if (isAllPresent(values, statuses, rows)) out.u8(ALL_PRESENT);
  else {
    out.u8(SOME_ARE_NOT);
    for (let row = 0; row < rows; row++) {
      out.u8(STATUSES.indexOf(statuses[row] as Column["statuses"][number]) + (values[row] === null ? 0 : HAS_VALUE));
    }
  }
  for (let row = 0; row < rows; row++) {
    const value = values[row] as Value;
    if (value !== null) codec.write(out, value);
  }
}

function isAllPresent(values: readonly Value[], statuses: Column["statuses"], rows: number): boolean {
  for (let row = 0; row < rows; row++) if (values[row] === null || statuses[row] !== "PRESENT") return false;
  return true;
}

/** So many answers were sampled and could not be kept. */
export function encodeDropped(out: ByteWriter, count: number, wall: number): void {
  out.u8(RECORD.dropped);
  out.varint(count);
  out.f64(wall);
}
