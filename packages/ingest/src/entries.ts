import type { EntryColumns } from "@lockstep/compiler";
import type { Column, TypeIR, Value } from "@lockstep/core";
import type { Chunk } from "@lockstep/offline";
import type { Entry, EntryBatch } from "@lockstep/online";

const INT64: TypeIR = { kind: "int64" };
const BOOL: TypeIR = { kind: "bool" };

/** The versions of a chunk by column, as the index's query gives them. */
export function entryBatch(chunk: Chunk, columns: EntryColumns): EntryBatch {
  let next = 0;
  const one = (type: TypeIR): Column => chunk.column(next++, type);
  return {
    rows: chunk.rows,
    id: columns.id.map(one),
    key: columns.key.map(one),
    version: columns.version ? one(columns.version) : null,
    at: one(INT64),
    knownAt: one(INT64),
    deleted: one(BOOL),
    ties: columns.ties.map(one),
  };
}

/** One of them, without inputs. */
export const entryOf = ({ id, key, version, at, knownAt, deleted, ties }: EntryBatch, row: number): Entry => ({
  id: values(id, row),
  key: values(key, row),
  version: version?.get(row) ?? null,
  at: at.get(row) as bigint,
  knownAt: knownAt.get(row) as bigint,
  deleted: deleted.get(row) === true,
  ties: values(ties, row),
  inputs: null,
});

const values = (columns: readonly Column[], row: number): Value[] => columns.map((column) => column.get(row));
