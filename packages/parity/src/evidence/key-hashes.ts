import { duckdb, keyColumn, keyHashesSql, type RowHashesRequest, rowHashesSql } from "@lockstep/compiler";
import type { ViewIR } from "@lockstep/core";
import type { Database } from "@lockstep/offline";
import type { EvidenceFolder } from "@lockstep/registry";
import { identity } from "../pool.js";
import type { Hashed, HashedRow } from "./added-rows.js";

/** Of each key, by its identity. */
export type ByKey<T> = ReadonlyMap<string, T>;

/** How many rows each key has now, and the sum of their hashes. */
export const hashesNow = (db: Database, view: ViewIR, request: RowHashesRequest): Promise<ByKey<Hashed>> =>
  hashes(db, view, keyHashesSql(request));

/** The rows of each key, with their hashes. */
export async function rowsNow(db: Database, view: ViewIR, request: RowHashesRequest): Promise<ByKey<HashedRow[]>> {
  const out = new Map<string, HashedRow[]>();
  await eachKey(db, view, ["ka::BIGINT", "h::VARCHAR"], rowHashesSql(request), (key, ka, h) => {
    const own = out.get(key) ?? [];
    own.push({ ka, h: BigInt(h as string) });
    out.set(key, own);
  });
  return out;
}

/** What the newest of the runs that computed a key noted of it; absent: it had no rows. `given`: a relation of the keys. */
export async function hashesNoted(
  db: Database,
  view: ViewIR,
  evidence: EvidenceFolder,
  runs: readonly number[],
  given: string | undefined,
): Promise<ByKey<Hashed>> {
  const out = new Map<string, Hashed>();
  const semi = given === undefined ? "" : ` SEMI JOIN ${given} USING (${keyNames(view).join(", ")})`;
  for (const run of runs) {
    const path = duckdb.text(evidence.keysPath(run));
    const found = await hashes(db, view, `SELECT * FROM read_parquet(${path})${semi}`);
    for (const [key, hashed] of found) if (!out.has(key)) out.set(key, hashed);
  }
  return out;
}

async function hashes(db: Database, view: ViewIR, sql: string): Promise<ByKey<Hashed>> {
  const out = new Map<string, Hashed>();
  await eachKey(db, view, ["n", "h::HUGEINT::VARCHAR"], sql, (key, n, h) => {
    // Only where a view has no key is there a row for no rows at all, and its sum is null.
    out.set(key, { n, h: BigInt(h ?? "0") });
  });
  return out;
}

const keyNames = ({ keys }: ViewIR): string[] => keys.map((_, i) => keyColumn(i));

/** Of each row its key, and the two columns that are selected: a whole number and a text. */
async function eachKey(
  db: Database,
  view: ViewIR,
  select: readonly [string, string],
  sql: string,
  each: (key: string, number: bigint, text: string | null) => void,
): Promise<void> {
  for await (const chunk of db.chunks(`SELECT ${[...keyNames(view), ...select].join(", ")} FROM (${sql})`)) {
    const keys = view.keys.map((k, i) => chunk.column(i, k.type));
    const numbers = chunk.column(keys.length, { kind: "int64" });
    const texts = chunk.column(keys.length + 1, { kind: "string" });
    for (let row = 0; row < chunk.rows; row++) {
      const key = identity(keys.map((k) => k.get(row)));
      each(key, numbers.get(row) as bigint, texts.get(row) as string | null);
    }
  }
}
