import type { Column, ListColumns, StateBatch, StateLayout } from "@lockstep/core";
import { ByteWriter } from "./byte-writer.js";
import { type Grid, instantsWriter } from "./instants.js";
import { writeStamp } from "./stamp.js";
import { EVENT_TIMES, FORMAT_VERSION, stateCodec } from "./state-codec.js";
import type { Stamp } from "./store.js";
import type { CellWriter, ValueCodec } from "./value-codec.js";
import { columnWriter, rowWriter } from "./values.js";

const writer = new ByteWriter();

/** Writes the state of a row of the batch: see state-codec.ts. What all rows have in common is prepared once. */
export function stateWriter(layout: StateLayout, batch: StateBatch, stamp: Stamp): CellWriter {
  const codec = stateCodec(layout);
  const head = headBytes(codec.fingerprint, stamp);
  const parts: CellWriter[] = [];
  if (codec.latest && batch.latest) parts.push(rowWriter(codec.latest, [batch.latest.at, ...batch.latest.values]));
  codec.tiles.forEach(({ grid, columns }, g) => {
    parts.push(listWriter(grid, columns, batch.tiles[g] as ListColumns, stamp.t));
  });
  codec.lifetimes.forEach(({ columns }, g) => {
    parts.push(rowWriter(columns, batch.lifetimes[g] as readonly Column[]));
  });
  parts.push(listWriter(EVENT_TIMES, codec.events, batch.events, stamp.t));
  return (out, row) => {
    const from = out.length;
    out.raw(head);
    for (const write of parts) write(out, row);
    out.checksum(from);
  };
}

/** Where only one row is wanted. */
export function encodeState(layout: StateLayout, batch: StateBatch, row: number, stamp: Stamp): Uint8Array {
  const write = stateWriter(layout, batch, stamp);
  writer.begin();
  write(writer, row);
  return writer.take();
}

function headBytes(fingerprint: number, stamp: Stamp): Uint8Array {
  writer.begin();
  writer.u8(FORMAT_VERSION);
  writeStamp(writer, stamp);
  writer.u16(fingerprint);
  return writer.take();
}

/** How many rows, their instants, then each column. */
function listWriter(grid: Grid, codecs: readonly ValueCodec[], list: ListColumns, t: bigint): CellWriter {
  const [instants, ...columns] = list.columns as [Column, ...Column[]];
  const writeInstants = instantsWriter(grid, t, instants);
  const writers = codecs.map((codec, c) => columnWriter(codec, columns[c] as Column));
  return (out, row) => {
    const [from, to] = list.range(row);
    out.varint(to - from);
    if (from === to) return;
    writeInstants(out, from, to);
    for (const write of writers) write(out, from, to);
  };
}
