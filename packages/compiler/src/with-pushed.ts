import type { NamedType, RepoIR, SourceIR, ViewIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { knownAtSql, sourceSql } from "./lower/events.js";
import { hashSql } from "./row-hashes.js";

interface From {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly relation: (source: SourceIR) => string;
}

/** Rows that were pushed to a view: a relation of its source's columns, and the T from which on they count. */
export interface PushedTo {
  readonly pushed: string;
  /** Null: the source's rows count whenever they are known, and all that was pushed does. */
  readonly after: bigint | null;
}

/**
 * The same repo and relations as if each of these views, by its name, had a source of its own: the rows that are known by
 * T, and the pushed ones that are known after it.
 */
export function withPushed({ dialect, repo, relation }: From, views: ReadonlyMap<string, PushedTo>): From {
  const made = new Map<string, string>();
  const sources: SourceIR[] = [];
  const changed = repo.views.map((view): ViewIR => {
    const to = views.get(view.name);
    if (!to) return view;
    const source = sourceOf(repo, view);
    const plain = plainSource(source, `${source.name} of ${view.name}`);
    const rows = (from: string, when: string) =>
      `SELECT * FROM (${from})${to.after === null ? "" : ` WHERE ${knownAtSql(dialect, plain)} ${when} ${to.after}`}`;
    const own = sourceSql({ dialect, source, relation: relation(source) });
    const pushed = sourceSql({ dialect, source: plain, relation: to.pushed });
    made.set(plain.name, `(${rows(own, "<=")} UNION ALL ${rows(pushed, ">")})`);
    sources.push(plain);
    return { ...view, source: plain.name };
  });
  return {
    dialect,
    repo: { ...repo, sources: [...repo.sources, ...sources], views: changed },
    relation: (source) => made.get(source.name) ?? relation(source),
  };
}

/**
 * What is known of pushed rows in a relation of the source's columns and `__row`: that, when each became known (`ka`), and
 * whether the source has no such row (`absent`): the same in all columns that have to do with the view.
 */
export function pushedFactsSql({ dialect, repo, relation }: From, view: ViewIR, pushed: string): string {
  const source = sourceOf(repo, view);
  const plain = plainSource(source, source.name);
  const hash = hashSql(dialect, view, source);
  const own = sourceSql({ dialect, source, relation: relation(source) });
  return `SELECT __row, ${knownAtSql(dialect, plain)} AS ka,
    ${hash} NOT IN (SELECT ${hash} FROM (${own})) AS absent FROM ${pushed}`;
}

/** Its columns as they are declared, whatever they were in files. */
const plainSource = (source: SourceIR, name: string): SourceIR => ({ ...source, name, columns: pushedColumns(source) });

const sourceOf = (repo: RepoIR, view: ViewIR): SourceIR => repo.sources.find((s) => s.name === view.source) as SourceIR;

/** The columns of a table of pushed rows. */
export const pushedColumns = (source: SourceIR): NamedType[] =>
  source.columns.map(({ name, type }) => ({ name, type }));
