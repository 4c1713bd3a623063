import type { Column, StateLayout, TypeIR } from "@lockstep/core";
import { ByteWriter } from "../byte-writer.js";
import type { Stamp } from "../store.js";
import type { CellWriter } from "../value-codec.js";
import { rowWriter } from "../values.js";
import { entryCodec } from "./entry-codec.js";
import { beginIdState } from "./id-index.js";
import { beginHeld } from "./row-codec.js";
import { sealed } from "./sealed.js";

/** The versions of events that a run found, by column: each has its id and its times. */
export interface EntryBatch {
  readonly rows: number;
  readonly id: readonly Column[];
  readonly key: readonly Column[];
  /** Null where knownAt is the version. */
  readonly version: Column | null;
  readonly at: Column;
  readonly knownAt: Column;
  readonly deleted: Column;
  readonly ties: readonly Column[];
}

const writer = new ByteWriter();

/**
 * The bytes of the state that an id has after the first run that found it, row by row: those that `encodeIdState` makes
 * of `nextIdState` without anything before it.
 */
export function firstIdStates(layout: StateLayout, batch: EntryBatch, stamp: Stamp): (row: number) => Uint8Array {
  writer.begin();
  beginIdState(layout, writer, stamp, 1);
  beginHeld(writer, stamp, true);
  const head = writer.take();
  const write = entryWriter(layout, batch);
  return (row) => {
    writer.begin();
    writer.raw(head);
    write(writer, row);
    return sealed(writer);
  };
}

function entryWriter(layout: StateLayout, batch: EntryBatch): CellWriter {
  const { id, key, version, at, knownAt, deleted, ties } = batch;
  const codec = entryCodec(layout);
  const write = rowWriter(codec.bare, [...id, ...key, version ?? NO_VERSION, at, knownAt, deleted, ...ties]);
  return (out, row) => {
    out.u8(0);
    write(out, row);
  };
}

const BOOL: TypeIR = { kind: "bool" };
const NO_VERSION: Column = { type: BOOL, valid: () => false, get: () => null };
