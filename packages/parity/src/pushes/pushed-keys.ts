import { duckdb } from "@lockstep/compiler";
import type { Value } from "@lockstep/core";
import type { Database } from "@lockstep/offline";
import type { SubjectView } from "../subject.js";
import type { PushedRows } from "./pushed-rows.js";

export interface PushedKey {
  readonly key: Value[];
  /** When the pushed row became known. */
  readonly ka: bigint;
}

/** The keys that have pushed rows, those first whose rows became known last. */
export async function pushedKeys(
  db: Database,
  { view }: SubjectView,
  { all }: PushedRows,
  limit: number,
): Promise<PushedKey[]> {
  const names = view.keys.map((k) => duckdb.ident(k.column));
  const out: PushedKey[] = [];
  const sql = `SELECT DISTINCT ${["__ka", ...names].join(", ")} FROM ${all} ORDER BY ALL DESC LIMIT ${limit}`;
  for await (const chunk of db.chunks(sql)) {
    const ka = chunk.column(0, { kind: "int64" });
    const keys = view.keys.map((k, i) => chunk.column(1 + i, k.type));
    for (let row = 0; row < chunk.rows; row++)
      out.push({ ka: ka.get(row) as bigint, key: keys.map((k) => k.get(row)) });
  }
  return out;
}
