import type { StateLayout, Value } from "@lockstep/core";
import { type ByteReader, BytesInvalid } from "../byte-reader.js";
import { ByteWriter } from "../byte-writer.js";
import { INSTANT_LENGTH, instantOf, putInstant } from "../row-instant.js";
import type { Stamp } from "../store.js";
import type { Entry } from "./entry.js";
import { entryCodec } from "./entry-codec.js";
import { anotherLedger, sealed, unsealed } from "./sealed.js";

/** What is appended to a key. */
export type PushRow =
  /** Of the key itself, or of an index of ids: a pushed version. */
  | { readonly kind: "entry"; readonly entry: Entry }
  /** That a pushed version of an id is a deletion, or lies in another key. */
  | { readonly kind: "note"; readonly entry: Entry }
  /** That since a run the batch's version of an id lies elsewhere, or nowhere. It lasts until T reaches `knownAt`. */
  | { readonly kind: "batch"; readonly knownAt: bigint; readonly id: readonly Value[]; readonly held: Held };

/** What the batch has had of an id since a run; null: nothing. */
export interface Held {
  readonly since: Stamp;
  readonly entry: Entry | null;
}

const KINDS = ["entry", "note", "batch"] as const;

const writer = new ByteWriter();

export function encodeRow(layout: StateLayout, row: PushRow): Uint8Array {
  const codec = entryCodec(layout);
  writer.begin();
  const at = writer.room(INSTANT_LENGTH);
  putInstant(writer.view, at, rowKnownAt(row));
  writer.u8(KINDS.indexOf(row.kind));
  writer.u16(codec.fingerprint);
  if (row.kind === "batch") {
    codec.writeId(writer, row.id);
    writeHeld(layout, writer, row.held);
  } else codec.write(writer, row.entry);
  return sealed(writer);
}

export function decodeRow(layout: StateLayout, bytes: Uint8Array): PushRow {
  const codec = entryCodec(layout);
  return unsealed(bytes, INSTANT_LENGTH, (from) => {
    const kind = KINDS[from.u8()];
    if (from.u16() !== codec.fingerprint) throw anotherLedger();
    if (kind === undefined) throw new BytesInvalid("it is of no known kind");
    if (kind !== "batch") return { kind, entry: codec.read(from) };
    const id = codec.readId(from);
    return { kind, knownAt: instantOf(bytes), id, held: readHeld(layout, from) };
  });
}

const rowKnownAt = (row: PushRow): bigint => (row.kind === "batch" ? row.knownAt : row.entry.knownAt);

export function writeHeld(layout: StateLayout, out: ByteWriter, { since, entry }: Held): void {
  beginHeld(out, since, entry !== null);
  if (entry) entryCodec(layout).write(out, entry);
}

/** What comes before the version, if there is one. */
export function beginHeld(out: ByteWriter, since: Stamp, some: boolean): void {
  out.zigzag(since.t);
  out.varint(since.run);
  out.u8(some ? 1 : 0);
}

export function readHeld(layout: StateLayout, from: ByteReader): Held {
  const since = { t: from.zigzag(), run: from.varint() };
  return { since, entry: from.u8() === 1 ? entryCodec(layout).read(from) : null };
}
