import type { NamedType, Status, Value } from "@lockstep/core";
import { ByteReader, BytesInvalid } from "../byte-reader.js";
import { valueCodec } from "../value-codec.js";
import { readValues } from "../values.js";
import {
  ALL_PRESENT,
  HAS_VALUE,
  type LoggedAnswer,
  type LoggedColumn,
  type LoggedShape,
  RECORD,
  STATUSES,
} from "./record.js";

export interface Decoded {
  readonly answers: LoggedAnswer[];
  /** Answers that the server says it could not keep. */
  dropped: number;
  /** Records that could not be read. */
  damaged: number;
}

/** The records of a file's blocks, in their order. `shape` checks what a shape's JSON holds. */
export function decodeRecords(payloads: readonly Uint8Array[], shape: (json: unknown) => LoggedShape): Decoded {
  const out: Decoded = { answers: [], dropped: 0, damaged: 0 };
  for (const payload of payloads) {
    const shapes = new Map<number, LoggedShape>();
    const from = new ByteReader(payload);
    try {
      while (!from.atEnd) decodeRecord(from, shapes, shape, out);
    } catch (error) {
      if (!(error instanceof BytesInvalid)) throw error;
      out.damaged++;
    }
  }
  return out;
}

function decodeRecord(
  from: ByteReader,
  shapes: Map<number, LoggedShape>,
  shape: (json: unknown) => LoggedShape,
  out: Decoded,
): void {
  const kind = from.u8();
  if (kind === RECORD.shape) {
    const id = from.varint();
    shapes.set(id, shapeOf(from.text(), shape));
  } else if (kind === RECORD.dropped) {
    out.dropped += from.varint();
    from.f64();
  } else if (kind === RECORD.answer) {
    const known = shapes.get(from.varint());
    if (!known) throw new BytesInvalid("its shape was lost");
    out.answers.push(decodeAnswer(from, known));
  } else throw new BytesInvalid(`there is no record of kind ${kind}`);
}

function shapeOf(json: string, shape: (json: unknown) => LoggedShape): LoggedShape {
  try {
    return shape(JSON.parse(json));
  } catch {
    throw new BytesInvalid("its shape is none");
  }
}

function decodeAnswer(from: ByteReader, shape: LoggedShape): LoggedAnswer {
  const t = from.i64();
  const wall = BigInt(Math.round(from.f64() * 1000));
  const asked = from.u8() === 1;
  const requestId = from.text();
  const rows = from.count();
  const inputs = shape.inputs.map(({ type }) => {
    const codec = valueCodec(type);
    return readValues(from, rows, () => codec);
  });
  const columns = shape.columns.map((column) => decodeColumn(from, column, rows));
  const errors = Array.from({ length: from.count() }, () => ({
    row: from.varint(),
    column: from.varint(),
    code: from.text(),
  }));
  const ahead = Array.from({ length: from.count() }, () => ({
    row: from.varint(),
    view: from.varint(),
    stamp: { t: from.i64(), run: from.i32() >>> 0 },
  }));
  return { shape, requestId, t, asked, wall, rows, inputs, columns, errors, ahead };
}

function decodeColumn(from: ByteReader, { type }: NamedType, rows: number): LoggedColumn {
  const codec = valueCodec(type);
  const present = from.u8() === ALL_PRESENT;
  const codes = Array.from({ length: rows }, () => (present ? HAS_VALUE : from.u8()));
  const statuses = codes.map((code): Status => {
    const status = STATUSES[code % HAS_VALUE];
    if (status === undefined) throw new BytesInvalid("there is no such status");
    return status;
  });
  const values = codes.map((code): Value => (code >= HAS_VALUE ? codec.read(from) : null));
  return { values, statuses };
}
