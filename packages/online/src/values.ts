import type { Column, Value } from "@lockstep/core";
import type { ByteReader } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import type { CellWriter, ValueCodec } from "./value-codec.js";

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

/** Writes rows of one column: from the one on and before the other. */
export function columnWriter(codec: ValueCodec, column: Column): (out: ByteWriter, from: number, to: number) => void {
  const write = codec.cells(column);
  return (out, from, to) => {
    const bits = out.bits(to - from);
    for (let row = from; row < to; row++) {
      if (!column.valid(row)) continue;
      out.setBit(bits, row - from);
      write(out, row);
    }
  };
}

/** Writes one row of some columns. */
export function rowWriter(codecs: readonly ValueCodec[], columns: readonly Column[]): CellWriter {
  const writers = codecs.map((codec, i) => codec.cells(columns[i] as Column));
  return (out, row) => {
    const bits = out.bits(writers.length);
    for (let i = 0; i < writers.length; i++) {
      if (!(columns[i] as Column).valid(row)) continue;
      out.setBit(bits, i);
      (writers[i] as CellWriter)(out, row);
    }
  };
}
