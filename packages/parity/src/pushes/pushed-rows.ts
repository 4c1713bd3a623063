import { duckdb, pushedColumns, pushedFactsSql, withPushed } from "@lockstep/compiler";
import { type RepoIR, type SourceIR, tryFromWire, type ViewIR } from "@lockstep/core";
import { insertRows } from "@lockstep/offline";
import type { Marks, ParityContext } from "../context.js";

/** Rows that were pushed to a view, in a table of the source's columns. */
export interface PushedRows {
  readonly view: string;
  /** Relations of the source's columns: all of them, and those that the source has. */
  readonly all: string;
  readonly reached: string;
  /** Those that the source has, or may yet get: its `lookback` has not passed since they became known. */
  readonly expected: string;
  readonly count: number;
  /** Those that the source should have by now, and does not. */
  readonly missing: number;
}

/** By the view's name; without the views to which nothing was pushed. */
export type Pushed = ReadonlyMap<string, PushedRows>;

let made = 0;

/** Which of the rows that were pushed to a view the source has. Null: there are none. */
export async function pushedRows(
  { db, sources, now }: Pick<ParityContext, "db" | "sources" | "now">,
  repo: RepoIR,
  view: ViewIR,
  given: readonly unknown[],
): Promise<PushedRows | null> {
  const source = repo.sources.find((s) => s.name === view.source);
  const rows = source ? given.flatMap((row) => fitted(source, row)) : [];
  if (!source || rows.length === 0) return null;
  const [table, judged] = [`parity_given_${++made}`, `parity_pushed_${made}`];
  await insertRows(db, table, rows, pushedColumns(source));
  const due = now - BigInt(source.lookback ?? 0);
  const facts = pushedFactsSql({ dialect: duckdb, repo, relation: sources.relation }, view, table);
  await db.createTable(
    judged,
    `AS SELECT g.* EXCLUDE (__row), f.ka AS __ka, f.absent AS __absent, f.absent AND f.ka <= ${due} AS __missing
     FROM ${table} g JOIN (${facts}) f USING (__row)`,
  );
  const [counts] = await db.rows(`SELECT count(*)::INTEGER AS n, count_if(__missing)::INTEGER AS m FROM ${judged}`);
  const where = (condition: string) => `(SELECT * FROM ${judged} WHERE ${condition})`;
  return {
    view: view.name,
    all: where("true"),
    reached: where("NOT __absent"),
    expected: where("NOT __missing"),
    count: Number(counts?.["n"]),
    missing: Number(counts?.["m"]),
  };
}

/** The row as the source is declared now: one of an older declaration may lack columns, or have other ones. */
function fitted({ columns }: SourceIR, row: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof row !== "object" || row === null) return [];
  const given = new Map(Object.entries(row));
  const fits = columns.every(({ name, type }) => tryFromWire(type, given.get(name)) !== undefined);
  return fits ? [Object.fromEntries(columns.map(({ name }) => [name, given.get(name) ?? null]))] : [];
}

/** Which of the pushed rows count. */
export type Counting = "all" | "reached" | "expected";

type Readable = Pick<ParityContext, "sources">;

/** A context and a repo in which the pushed rows that are known after each view's T count beside the source's up to it. */
export function countingPushed<C extends Readable, S extends { readonly repo: RepoIR }>(
  context: C,
  of: S,
  pushed: Pushed,
  marks: Marks,
  counting: Counting,
): { readonly context: C; readonly of: S; readonly marks: Marks } {
  const views = new Map(
    [...pushed.values()].flatMap((rows) => {
      const mark = marks.get(rows.view);
      return mark ? [[rows.view, { pushed: rows[counting], after: mark.t }] as const] : [];
    }),
  );
  if (views.size === 0) return { context, of, marks };
  const { repo, relation } = withPushed({ dialect: duckdb, repo: of.repo, relation: context.sources.relation }, views);
  return {
    context: { ...context, sources: { ...context.sources, relation } },
    of: { ...of, repo },
    // Their sources are cut already.
    marks: new Map([...marks].filter(([view]) => !views.has(view))),
  };
}
