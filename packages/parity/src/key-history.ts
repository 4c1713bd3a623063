import { duckdb, KEY_ROWS, keyRowsSql } from "@lockstep/compiler";
import { type RepoIR, stateLayout, type TypeIR, type Value, type ViewIR } from "@lockstep/core";
import type { ParityContext } from "./context.js";

/** A row of a view's source that has to do with a key. */
export interface HistoryRow {
  /** Event time and knownAt in microseconds; null: the row is no event. */
  readonly et: bigint | null;
  readonly ka: bigint | null;
  /** False: a version of one of the key's events that belongs to another key, or to none. */
  readonly own: boolean;
  readonly deleted: boolean;
  /** The same for all versions of an event. Null: there are no ids, or the row has none. */
  readonly id: bigint | null;
  /** 1: the greatest version of its id. */
  readonly newness: bigint | null;
  readonly version: string | null;
  /** The values of the layout's inputs. */
  readonly inputs: readonly Value[];
  readonly from: "source" | "pushed" | "both";
}

const TEXT: TypeIR = { kind: "string" };

/** All rows that have to do with a key, in the order of events. */
export async function keyHistory(
  { db, version, sources }: Pick<ParityContext, "db" | "sources"> & { readonly version: { readonly repo: RepoIR } },
  view: ViewIR,
  key: readonly Value[],
): Promise<HistoryRow[]> {
  if (key.includes(null)) return [];
  const sql = keyRowsSql({ dialect: duckdb, repo: version.repo, view, relation: sources.relation, key });
  const inputs = stateLayout(view).inputs;
  const rows: HistoryRow[] = [];
  for await (const chunk of db.chunks(sql)) {
    const [et, ka, own, deleted, id, newness] = Object.values(KEY_ROWS).map((type, i) => chunk.column(i, type));
    const next = Object.keys(KEY_ROWS).length;
    const version = chunk.column(next, TEXT);
    const values = inputs.map((input, i) => chunk.column(next + 1 + i, input.type));
    for (let row = 0; row < chunk.rows; row++) {
      rows.push({
        et: et?.get(row) as bigint | null,
        ka: ka?.get(row) as bigint | null,
        own: own?.get(row) === true,
        deleted: deleted?.get(row) === true,
        id: id?.get(row) as bigint | null,
        newness: newness?.get(row) as bigint | null,
        version: version.get(row) as string | null,
        inputs: values.map((v) => v.get(row)),
        from: "source",
      });
    }
  }
  return rows;
}
