import type { EntryColumns } from "@lockstep/compiler";
import type { Column, TypeIR, Value } from "@lockstep/core";
import type { Chunk } from "@lockstep/offline";
import type { Entry, EntryBatch } from "@lockstep/online";

const INT64: TypeIR = { kind: "int64" };
const BOOL: TypeIR = { kind: "bool" };

/** A version as the entry queries give it: its id or its times may be missing. */
export type FoundEntry = Omit<Entry, "at" | "knownAt"> & {
  readonly at: bigint | null;
  readonly knownAt: bigint | null;
};

/** The versions of a chunk by column, which begin at `from`, and then the view's inputs if the query gives them. */
export function entryBatch(
  chunk: Chunk,
  columns: EntryColumns,
  from = 0,
  inputs: readonly TypeIR[] = [],
): EntryBatch & { readonly inputs: readonly Column[] } {
  let next = from;
  const take = (types: readonly TypeIR[]): Column[] => types.map((type) => chunk.column(next++, type));
  const one = (type: TypeIR): Column => chunk.column(next++, type);
  return {
    rows: chunk.rows,
    id: take(columns.id),
    key: take(columns.key),
    version: columns.version ? one(columns.version) : null,
    at: one(INT64),
    knownAt: one(INT64),
    deleted: one(BOOL),
    ties: take(columns.ties),
    inputs: take(inputs),
  };
}

/** One of them, without inputs. */
export const entryOf = ({ id, key, version, at, knownAt, deleted, ties }: EntryBatch, row: number): FoundEntry => ({
  id: values(id, row),
  key: values(key, row),
  version: version?.get(row) ?? null,
  at: at.get(row) as bigint | null,
  knownAt: knownAt.get(row) as bigint | null,
  deleted: deleted.get(row) === true,
  ties: values(ties, row),
  inputs: null,
});

/** All, with the view's inputs. */
export function entriesOf(chunk: Chunk, columns: EntryColumns, from: number): FoundEntry[] {
  const batch = entryBatch(chunk, columns, from, columns.inputs);
  return Array.from({ length: batch.rows }, (_, row) => ({
    ...entryOf(batch, row),
    inputs: values(batch.inputs, row),
  }));
}

const values = (columns: readonly Column[], row: number): Value[] => columns.map((column) => column.get(row));
