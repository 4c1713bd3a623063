import { crc32 } from "node:zlib";
import type { StateLayout, TypeIR, Value } from "@lockstep/core";
import type { ByteReader } from "../byte-reader.js";
import type { ByteWriter } from "../byte-writer.js";
import { type ValueCodec, valueCodec } from "../value-codec.js";
import { readValues, writeValues } from "../values.js";
import type { Entry } from "./entry.js";

/** How a view's entries lie in bytes. */
export interface EntryCodec {
  /** So that bytes of another definition are refused, not misread. */
  readonly fingerprint: number;
  /** An entry's values without the inputs, in their order. */
  readonly bare: readonly ValueCodec[];
  write(out: ByteWriter, entry: Entry): void;
  read(from: ByteReader): Entry;
  writeId(out: ByteWriter, id: readonly Value[]): void;
  readId(from: ByteReader): Value[];
}

const codecs = new WeakMap<StateLayout, EntryCodec>();

export function entryCodec(layout: StateLayout): EntryCodec {
  const known = codecs.get(layout);
  if (known) return known;
  const made = makeCodec(layout);
  codecs.set(layout, made);
  return made;
}

const INT64: TypeIR = { kind: "int64" };
const BOOL: TypeIR = { kind: "bool" };

function makeCodec({ ledger, inputs }: StateLayout): EntryCodec {
  if (!ledger) throw new Error("the view's source takes no pushes");
  const types = [
    ...ledger.id,
    ...ledger.keys,
    ledger.version ?? BOOL,
    INT64,
    INT64,
    BOOL,
    ...ledger.ties.map((tie) => tie.type),
  ];
  const own = inputs.map((input) => input.type);
  const codecs = [...types, ...own].map((type) => valueCodec(type, "packed"));
  const each = (i: number) => codecs[i] as ValueCodec;
  return {
    fingerprint: crc32(JSON.stringify([types, own, ledger.keyOrder])) & 0xffff,
    bare: codecs.slice(0, types.length),
    write: (out, entry) => {
      const { version, at, knownAt, deleted, inputs } = entry;
      out.u8(inputs ? 1 : 0);
      const values = [...entry.id, ...entry.key, version, at, knownAt, deleted, ...entry.ties, ...(inputs ?? [])];
      writeValues(out, values, each);
    },
    read: (from) => {
      const full = from.u8() === 1;
      const values = readValues(from, full ? codecs.length : types.length, each);
      let next = 0;
      const take = (count: number) => {
        next += count;
        return values.slice(next - count, next);
      };
      const [id, key] = [take(ledger.id.length), take(ledger.keys.length)];
      const [version = null, at, knownAt, deleted] = take(4);
      const ties = take(ledger.ties.length);
      return {
        id,
        key,
        version,
        at: at as bigint,
        knownAt: knownAt as bigint,
        deleted: deleted === true,
        ties,
        inputs: full ? take(own.length) : null,
      };
    },
    writeId: (out, values) => writeValues(out, values, each),
    readId: (from) => readValues(from, ledger.id.length, each),
  };
}
