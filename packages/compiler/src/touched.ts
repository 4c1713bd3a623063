import { columnsRead, exprColumns, type RepoIR, type SourceIR, type ViewIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { keyColumn, knownAtSql, sourceSql } from "./lower/events.js";

/** Which rows a run begins with: those whose keys it has to compute again. Instants in microseconds. */
export type Touch =
  | { readonly kind: "known"; readonly after: bigint }
  /** From the one on and before the other. */
  | { readonly kind: "happened"; readonly from: bigint; readonly to: bigint };

export interface TouchedRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly view: ViewIR;
  readonly relation: (source: SourceIR) => string;
  /** T: rows that are known later touch nothing. */
  readonly watermark: bigint;
  readonly touch: Touch;
  /** Names a table. */
  readonly name: (what: string) => string;
}

/** Tables to make one after another, and what to read from then. */
export interface Touched {
  readonly tables: readonly { readonly name: string; readonly sql: string }[];
  /** The keys to compute: `k0..`. */
  readonly keys: string;
  /** How many rows were met, and how many of them are of no use: the columns of `unusedRowsSql`. */
  readonly countsSql: string;
  /** The rows that decide those keys, in the source's place. */
  readonly repo: RepoIR;
  readonly relation: (source: SourceIR) => string;
}

/**
 * The keys of the rows that a run meets, so that it scans the source twice at most. A row without an id touches its own
 * key. A version touches the keys of all versions of its id: a correction may move an event from one to another.
 */
export function touchedKeys(request: TouchedRequest): Touched {
  const source = request.repo.sources.find((s) => s.name === request.view.source) as SourceIR;
  return source.id === undefined ? ofEvents(request, source) : ofVersions(request, source, source.id);
}

/** One scan finds the keys; computing their states is the other. */
function ofEvents(request: TouchedRequest, source: SourceIR): Touched {
  const { view, repo, relation, name } = request;
  const [met, keys] = [name("met"), name("keys")];
  const group = [...view.keys.map((_, i) => keyColumn(i)), "reason"].join(", ");
  const rows = `SELECT ${[...keyColumns(request), `${reasonSql(request, source)} AS reason`].join(", ")}
  FROM (${rowsSql(request, source)}) WHERE ${metSql(request, source)}`;
  return {
    tables: [
      { name: met, sql: `SELECT ${group}, count(*) AS n FROM (${rows}) GROUP BY ${group}` },
      { name: keys, sql: distinctKeys(view, met, `reason = ${EVENT}`) },
    ],
    keys,
    countsSql: countsSql(`SELECT reason, n FROM ${met}`),
    repo,
    relation,
  };
}

/**
 * One scan notes the hashes of every row's id and key, from which follow the keys that are touched, and the ids of all
 * rows of these keys. The other takes the rows of these ids. Hashes that coincide by chance only add to both.
 */
function ofVersions(request: TouchedRequest, source: SourceIR, ids: readonly string[]): Touched {
  const { dialect, view, repo, relation, name } = request;
  const [index, touched, wanted, rows, keys] = [
    name("index"),
    name("touched"),
    name("ids"),
    name("rows"),
    name("keys"),
  ];
  const all = rowsSql(request, source);
  const idHash = dialect.hash(ids.map(dialect.ident));
  const keyHash = view.keys.length === 0 ? "0" : dialect.hash(view.keys.map((k) => dialect.ident(k.column)));
  const versions = `${index} WHERE reason IN (${EVENT}, ${KEYLESS})`;
  const columns = columnsNeeded(view, source);
  const plain: SourceIR = { ...source, columns: columns.map((c) => ({ name: c.name, type: c.type })) };
  return {
    tables: [
      {
        name: index,
        sql: `SELECT ${idHash} AS d, ${keyHash} AS k, ${reasonSql(request, source)} AS reason,
    coalesce(${metSql(request, source)}, false) AS met FROM (${all})`,
      },
      { name: touched, sql: `SELECT DISTINCT k FROM ${versions} AND d IN (SELECT d FROM ${versions} AND met)` },
      { name: wanted, sql: `SELECT DISTINCT d FROM ${versions} AND k IN (SELECT k FROM ${touched})` },
      {
        name: rows,
        sql: `SELECT ${columns.map((c) => dialect.ident(c.name)).join(", ")} FROM (${all}) WHERE ${idHash} IN (SELECT d FROM ${wanted})`,
      },
      {
        name: keys,
        sql: distinctKeys(
          view,
          `(SELECT ${[...keyColumns(request), `${keyHash} AS k`].join(", ")} FROM ${rows})`,
          `k IN (SELECT k FROM ${touched})`,
        ),
      },
    ],
    keys,
    countsSql: countsSql(`SELECT reason, 1 AS n FROM ${index} WHERE met`),
    repo: { ...repo, sources: repo.sources.map((s) => (s.name === source.name ? plain : s)) },
    relation: (other) => (other.name === source.name ? rows : relation(other)),
  };
}

const rowsSql = ({ dialect, relation }: TouchedRequest, source: SourceIR): string =>
  sourceSql({ dialect, source, relation: relation(source) });

const keyColumns = ({ dialect, view }: TouchedRequest): string[] =>
  view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}`);

/** The whole keys among a relation's `k0..`, once each; of a view without an entity a row where there is any. */
function distinctKeys(view: ViewIR, relation: string, condition: string): string {
  const keys = view.keys.map((_, i) => keyColumn(i));
  if (keys.length === 0) return `SELECT 1 AS one FROM ${relation} WHERE ${condition} LIMIT 1`;
  const conditions = [condition, ...keys.map((k) => `${k} IS NOT NULL`)];
  return `SELECT DISTINCT ${keys.join(", ")} FROM ${relation} WHERE ${conditions.join(" AND ")}`;
}

/** True of the rows that a run begins with; a row of which nobody knows when it was known is counted each time. */
function metSql({ dialect, watermark, touch }: TouchedRequest, source: SourceIR): string {
  const ka = knownAtSql(dialect, source);
  if (touch.kind === "known") return `(${ka} IS NULL OR (${ka} > ${touch.after} AND ${ka} <= ${watermark}))`;
  const et = dialect.micros(dialect.ident(source.eventTime));
  return `(${et} >= ${touch.from} AND ${et} < ${touch.to} AND (${ka} IS NULL OR ${ka} <= ${watermark}))`;
}

const EVENT = 0;
const KEYLESS = 4;
const DELETED = 5;
const UNUSED: readonly (readonly [reason: number, text: string])[] = [
  [1, "no event time"],
  [2, "no knownAt"],
  [3, "no id"],
  [KEYLESS, "null in the key"],
];

/** Why a row is no event of the view, or nobody's: the first that fits. */
function reasonSql({ dialect, view }: TouchedRequest, source: SourceIR): string {
  const anyNull = (columns: readonly string[]) =>
    columns.map((c) => `${dialect.ident(c)} IS NULL`).join(" OR ") || "false";
  const { id = [], deleted } = source;
  // With ids a deletion is a version like any other.
  const gone = deleted === undefined || id.length > 0 ? "false" : `${dialect.ident(deleted)} IS TRUE`;
  return `(CASE WHEN ${dialect.micros(dialect.ident(source.eventTime))} IS NULL THEN 1
    WHEN ${knownAtSql(dialect, source)} IS NULL THEN 2 WHEN ${anyNull(id)} THEN 3
    WHEN ${anyNull(view.keys.map((k) => k.column))} THEN ${KEYLESS} WHEN ${gone} THEN ${DELETED} ELSE ${EVENT} END)::TINYINT`;
}

const countsSql = (counted: string): string =>
  `SELECT coalesce(sum(n), 0)::BIGINT AS "rows", ${UNUSED.map(
    ([reason, text]) => `coalesce(sum(n) FILTER (reason = ${reason}), 0)::BIGINT AS "${text}"`,
  ).join(", ")} FROM (${counted})`;

/** What has to do with a view, in the source's order, which settles ties between events. */
export function columnsNeeded(view: ViewIR, source: SourceIR): SourceIR["columns"] {
  const needed = new Set([
    ...columnsRead(view.features),
    ...view.keys.map((k) => k.column),
    ...(source.id ?? []),
    ...[source.eventTime, source.version, source.deleted].filter((c) => c !== undefined),
    ...(source.knownAt ? exprColumns(source.knownAt) : []),
  ]);
  return source.columns.filter((c) => needed.has(c.name));
}
