import type { Column, Value } from "@lockstep/core";
import type { ByteReader } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import type { ValueCodec } from "./value-codec.js";

// Several values lie as a bit for each (set: it is not null) and then those that are not null, one after another.

export function writeValues(out: ByteWriter, values: readonly Value[], codecOf: (index: number) => ValueCodec): void {
  const bits = out.bits(values.length);
  values.forEach((value, i) => {
    if (value === null) return;
    out.setBit(bits, i);
    codecOf(i).write(out, value);
  });
}

export function readValues(from: ByteReader, count: number, codecOf: (index: number) => ValueCodec): Value[] {
  const bits = from.bits(count);
  const values: Value[] = [];
  for (let i = 0; i < count; i++) values.push(from.bit(bits, i) ? codecOf(i).read(from) : null);
  return values;
}

/** Some rows of one column. */
export function writeColumn(out: ByteWriter, codec: ValueCodec, column: Column, from: number, to: number): void {
  const bits = out.bits(to - from);
  for (let row = from; row < to; row++) {
    if (!column.valid(row)) continue;
    out.setBit(bits, row - from);
    codec.cell(out, column, row);
  }
}

/** One row of some columns. */
export function writeRow(
  out: ByteWriter,
  codecs: readonly ValueCodec[],
  columns: readonly Column[],
  row: number,
): void {
  const bits = out.bits(codecs.length);
  for (let i = 0; i < codecs.length; i++) {
    const column = columns[i] as Column;
    if (!column.valid(row)) continue;
    out.setBit(bits, i);
    (codecs[i] as ValueCodec).cell(out, column, row);
  }
}
