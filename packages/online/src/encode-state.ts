import { crc32 } from "node:zlib";
import type { Column, ListColumns, StateBatch, StateLayout } from "@lockstep/core";
import { ByteWriter } from "./byte-writer.js";
import { type Grid, writeInstants } from "./instants.js";
import { writeStamp } from "./stamp.js";
import { EVENT_TIMES, FORMAT_VERSION, stateCodec } from "./state-codec.js";
import type { Stamp } from "./store.js";
import type { ValueCodec } from "./value-codec.js";
import { writeColumn, writeRow } from "./values.js";

const writer = new ByteWriter();

/** The bytes of one row of a batch: see state-codec.ts. */
export function encodeState(layout: StateLayout, batch: StateBatch, row: number, stamp: Stamp): Uint8Array {
  const codec = stateCodec(layout);
  writer.begin();
  writer.u8(FORMAT_VERSION);
  writeStamp(writer, stamp);
  writer.u16(codec.fingerprint);
  if (codec.latest && batch.latest) writeRow(writer, codec.latest, [batch.latest.at, ...batch.latest.values], row);
  codec.tiles.forEach(({ grid, columns }, g) => {
    writeList(grid, columns, batch.tiles[g] as ListColumns, row, stamp.t);
  });
  codec.lifetimes.forEach(({ columns }, g) => {
    writeRow(writer, columns, batch.lifetimes[g] as readonly Column[], row);
  });
  writeList(EVENT_TIMES, codec.events, batch.events, row, stamp.t);
  return sealed();
}

/** How many rows, their instants, then each column. */
function writeList(grid: Grid, codecs: readonly ValueCodec[], list: ListColumns, row: number, t: bigint): void {
  const [from, to] = list.range(row);
  writer.varint(to - from);
  if (from === to) return;
  const [instants, ...columns] = list.columns as [Column, ...Column[]];
  writeInstants(writer, grid, t, instants, from, to);
  codecs.forEach((codec, c) => {
    writeColumn(writer, codec, columns[c] as Column, from, to);
  });
}

/** What was written, and its checksum. */
function sealed(): Uint8Array {
  const checksum = crc32(writer.written());
  writer.u32(checksum);
  return writer.take();
}
