import { duckdb, entryColumns, pushedColumns, pushedRowsSql } from "@lockstep/compiler";
import { isLockstepError, type SourceIR } from "@lockstep/core";
import { type Database, insertRows } from "@lockstep/offline";
import type { Entry, Rejection } from "@lockstep/online";
import { entriesOf, type FoundEntry } from "./entries.js";
import type { ValidRow } from "./push-schema.js";
import type { PushTarget } from "./push-targets.js";

let made = 0;

/**
 * What rows are to a view, by the same SQL that a run computes states with. Where an expression fails, the rows that it
 * fails on are found by halves.
 */
export async function pushEntries(
  db: Database,
  target: PushTarget,
  rows: readonly ValidRow[],
): Promise<readonly (Entry | Rejection)[]> {
  try {
    return (await computed(db, target, rows)).map((entry) => complete(target.source, entry));
  } catch (error) {
    if (!isLockstepError(error) || error.code === "INTERRUPTED") throw error;
    if (rows.length === 1) return [{ code: error.code, reason: error.diagnostics[0]?.what ?? error.message }];
    const middle = rows.length >> 1;
    const first = await pushEntries(db, target, rows.slice(0, middle));
    return [...first, ...(await pushEntries(db, target, rows.slice(middle)))];
  }
}

async function computed(db: Database, { source, view }: PushTarget, rows: readonly ValidRow[]): Promise<FoundEntry[]> {
  if (rows.length === 0) return [];
  const session = db.session();
  const table = `pushed_${++made}`;
  const repo = {
    format: 1 as const,
    project: "",
    entities: [],
    sources: [{ ...source, columns: pushedColumns(source) }],
    views: [view],
    onDemands: [],
    services: [],
  };
  try {
    await insertRows(session, table, rows, pushedColumns(source));
    const sql = pushedRowsSql({ dialect: duckdb, repo, view, relation: () => table });
    const chunks = await session.wholeChunks(sql);
    return chunks.flatMap((chunk) => entriesOf(chunk, entryColumns(view), 1));
  } finally {
    await session.release();
  }
}

/** The schema has seen to ids and event times; knownAt may be computed. */
function complete(source: SourceIR, { at, knownAt, ...rest }: FoundEntry): Entry | Rejection {
  if (at === null || knownAt === null || rest.id.includes(null)) {
    const what = at === null ? "event time" : knownAt === null ? "knownAt" : "id";
    return { code: "ROW_INVALID", reason: `its ${what} is null, and without it a row of '${source.name}' is no event` };
  }
  return { ...rest, at, knownAt };
}

export const isEntry = (of: Entry | Rejection): of is Entry => "knownAt" in of;
