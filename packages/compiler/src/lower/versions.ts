import type { Cte } from "./cte.js";
import {
  type Events,
  eventColumns,
  eventsSql,
  FOREVER,
  idColumn,
  keyColumn,
  sourceSql,
  tieOrder,
  versionOrder,
} from "./events.js";
import { exprSql } from "./expr.js";

/** How the versions of events are read: by a frame for the keys asked for, by a materialization for all. */
export interface VersionsOptions {
  readonly ranked: boolean;
  readonly where?: readonly string[];
  /** The names of this member's relations. */
  readonly name: (what: string) => string;
  /** The columns that tell whose an event is, and the join over `e` that finds them. Null: the key itself. */
  readonly keys: { readonly columns: readonly string[]; readonly join: string } | null;
  /** The keys are those of most rows: then shared ids are looked for among all, which is one reading less. */
  readonly most: boolean;
}

export interface VersionedEvents {
  readonly ctes: readonly Cte[];
  /** The events' key columns, `et`, `ka`, `gone` and what else `eventColumns` names. */
  readonly sql: string;
}

/**
 * The events of a source whose rows are versions. A version is the event from its knownAt until the smallest knownAt
 * of any greater version of its id: `gone`. Versions that never are the event are left out, and so are deletions.
 *
 * Most ids have one row, which is the event from then on. Only the others are sorted, and all of their versions are:
 * one that belongs to another key, or to another time, ends the one before.
 */
export function versionedEvents(events: Events, options: VersionsOptions): VersionedEvents {
  const { name, ranked, where = [] } = options;
  const ids = (events.source.id ?? []).map((_, i) => idColumn(i));
  const keys = events.view.keys.map((_, i) => keyColumn(i));
  const [rows, shared, versions] = [name("source rows"), name("shared ids"), name("versions")];
  const all = options.most || options.keys === null;
  const owner = options.keys?.columns ?? keys;
  const join = options.keys?.join ?? "";
  const sameId = (a: string, b: string) => ids.map((d) => `${a}.${d} = ${b}.${d}`).join(" AND ");
  const columns = (prefix: string) => eventColumns(events, ranked).map((c) => `${prefix}${c}`);
  const select = (gone: string) =>
    ["SELECT", [...owner, "e.et", "e.ka", `${gone} AS gone`, ...columns("e.").slice(2)].join(", ")].join(" ");
  const lasting = [...keys.map((k) => `e.${k} IS NOT NULL`), "NOT e.del", "e.ka < e.gone", ...where];
  return {
    ctes: [
      {
        name: rows,
        why: "the rows of the keys asked for, as far back as a window reaches",
        materialized: !all,
        sql: `SELECT ${[...owner, ...columns("e."), ...ids.map((d) => `e.${d}`), "e.del"].join(", ")}
  FROM (${eventsSql(events, { ranked, where })}) e ${join}`.trimEnd(),
      },
      {
        name: shared,
        why: `the ids ${all ? "" : "among them "}that several rows of the source share, whatever those rows' keys`,
        materialized: true,
        sql: `SELECT ${ids.join(", ")} FROM (${idsSql(events)}) v${!all ? ` SEMI JOIN ${rows} r ON ${sameId("v", "r")}` : ""}
  GROUP BY ${ids.join(", ")} HAVING count(*) > 1`,
      },
      {
        name: versions,
        why: "their versions, each with the instant from which a greater one is known",
        materialized: true,
        sql: `SELECT *, coalesce(min(ka) OVER (PARTITION BY ${ids.join(", ")}
      ORDER BY ${newestFirst(events).join(", ")} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), ${FOREVER}) AS gone
  FROM (${eventsSql(events, { ranked: true, keyless: true })}) v SEMI JOIN ${shared} s ON ${sameId("v", "s")}`,
      },
    ],
    sql: `${select(FOREVER)}
    FROM ${rows} e ANTI JOIN ${shared} s ON ${sameId("e", "s")} WHERE NOT e.del
    UNION ALL
    ${select("e.gone")}
    FROM ${versions} e ${join} WHERE ${lasting.join(" AND ")}`,
  };
}

/** The ids of all rows that are versions. */
function idsSql(events: Events): string {
  const { dialect, source, knownBy } = events;
  const ids = (source.id ?? []).map((id) => dialect.ident(id));
  const et = dialect.micros(dialect.ident(source.eventTime));
  const ka = dialect.micros(source.knownAt ? exprSql(dialect, source.knownAt) : dialect.ident(source.eventTime));
  const conditions = [
    ...ids.map((id) => `${id} IS NOT NULL`),
    `${et} IS NOT NULL`,
    knownBy === null ? `${ka} IS NOT NULL` : `${ka} <= ${knownBy}`,
  ];
  return `SELECT ${ids.map((id, i) => `${id} AS ${idColumn(i)}`).join(", ")} FROM (${sourceSql(events)}) WHERE ${conditions.join(" AND ")}`;
}

/** `(version, knownAt)`; where they tie a deletion wins, then the order of events, then the key, so that row order never does. */
export function newestFirst(events: Events): string[] {
  const { source, view } = events;
  const place = (column: string) => source.columns.findIndex((c) => c.name === column);
  const byKey = view.keys
    .map((k, i) => ({ at: place(k.column), term: `${keyColumn(i)} NULLS FIRST` }))
    .sort((a, b) => a.at - b.at)
    .map(({ term }) => term);
  return [...versionOrder(events), "ka", "del", "et", ...tieOrder(events), ...byKey].map(descending);
}

const descending = (term: string): string =>
  term.endsWith(" NULLS FIRST") ? term.replace(/ NULLS FIRST$/, " DESC NULLS LAST") : `${term} DESC`;
