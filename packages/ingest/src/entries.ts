import type { EntryColumns } from "@lockstep/compiler";
import type { Column, TypeIR, Value } from "@lockstep/core";
import type { Chunk } from "@lockstep/offline";
import type { Entry } from "@lockstep/online";

const INT64: TypeIR = { kind: "int64" };
const BOOL: TypeIR = { kind: "bool" };

/** A version as the entry queries give it: its id or its times may be missing. */
export type FoundEntry = Omit<Entry, "at" | "knownAt"> & {
  readonly at: bigint | null;
  readonly knownAt: bigint | null;
};

/** The versions of a chunk, whose columns begin at `from`; `inputs`: the view's inputs stand at the end. */
export function entriesOf(chunk: Chunk, columns: EntryColumns, from: number, inputs: boolean): FoundEntry[] {
  let next = from;
  const take = (types: readonly TypeIR[]): Column[] => types.map((type) => chunk.column(next++, type));
  const one = (type: TypeIR): Column => chunk.column(next++, type);
  const [id, key] = [take(columns.id), take(columns.key)];
  const version = columns.version ? one(columns.version) : null;
  const [at, knownAt, deleted] = [one(INT64), one(INT64), one(BOOL)];
  const ties = take(columns.ties);
  const own = inputs ? take(columns.inputs) : null;
  const values = (list: readonly Column[], row: number): Value[] => list.map((column) => column.get(row));
  return Array.from({ length: chunk.rows }, (_, row) => ({
    id: values(id, row),
    key: values(key, row),
    version: version?.get(row) ?? null,
    at: at.get(row) as bigint | null,
    knownAt: knownAt.get(row) as bigint | null,
    deleted: deleted.get(row) === true,
    ties: values(ties, row),
    inputs: own && values(own, row),
  }));
}
