import { type ExprIR, formatInstant, type SourceIR, type StateLayout, type TypeIR, type ViewIR } from "@lockstep/core";
import type { Dialect } from "../dialects/dialect.js";
import { exprSql } from "./expr.js";

/** The names that the compiler gives in its own relations; none clashes with a user's, which are quoted aliases. */
export const keyColumn = (index: number): string => `k${index}`;
export const inputColumn = (index: number): string => `i${index}`;
export const idColumn = (index: number): string => `d${index}`;

/** `gone` of an event that is never corrected: later than any instant. */
export const FOREVER = "9223372036854775807";

export interface Events {
  readonly dialect: Dialect;
  readonly view: ViewIR;
  readonly source: SourceIR;
  readonly layout: StateLayout;
  /** The source's columns that the whole view reads: they settle ties. */
  readonly reads: ReadonlySet<string>;
  /** Where the source's rows are: `read_parquet('...')`. */
  readonly relation: string;
  /** Microseconds as SQL: only rows known by then exist. Null: all. */
  readonly knownBy: string | null;
}

/** The source's rows under their declared names and types. */
export function sourceSql({ dialect, source, relation }: Pick<Events, "dialect" | "source" | "relation">): string {
  const columns = source.columns.map((c) => {
    const physical = dialect.ident(c.from ?? c.name);
    const value = `${physical}::${dialect.type(c.type)}`;
    const place = `column '${c.name}' of source '${source.name}'`;
    return `${c.zone === undefined ? value : dialect.fromLocal(value, c.zone, place)} AS ${dialect.ident(c.name)}`;
  });
  return `SELECT ${columns.join(", ")} FROM ${relation}`;
}

/** `knownAt` in microseconds, as it stands in the data: it may lie before the event time. */
export const knownAtSql = (dialect: Dialect, source: SourceIR): string =>
  dialect.micros(source.knownAt ? exprSql(dialect, source.knownAt) : dialect.ident(source.eventTime));

/** Event times in microseconds, both included; `from` is null where they go back to the beginning. */
export interface Within {
  readonly from: bigint | null;
  readonly to: bigint;
}

export interface EventsOptions {
  /** The order of events decides something. */
  readonly ranked: boolean;
  readonly where?: readonly string[];
  /** Only these event times are asked for. It changes no value, but less is read. */
  readonly within?: Within;
  /** A null in the key is not the end of a row: it may be a version of an event that has a key. */
  readonly keyless?: boolean;
  /** Rows that are no event too, and those that are deleted or belong to nobody; each has a `del`. */
  readonly everything?: boolean;
}

/**
 * The rows of a view: `k0..` its key, `et` and `ka` the event time and knownAt in microseconds, `i0..` its inputs, and
 * where the order of events decides something, `v0` the declared version and `o..` what settles ties and is no input.
 * Where the source has ids, `d0..` are theirs, and `del` is true for a deletion. Otherwise each row is an event.
 */
export function eventsSql(events: Events, options: EventsOptions): string {
  const { dialect, view, source } = events;
  const ids = source.id ?? [];
  const deleted = source.deleted === undefined ? null : dialect.ident(source.deleted);
  const columns = rowColumns(events, options);
  const conditions = options.everything
    ? ["true"]
    : [
        ...(options.keyless ? [] : view.keys.map((_, i) => `${keyColumn(i)} IS NOT NULL`)),
        "et IS NOT NULL",
        ...(source.knownAt === null ? [] : ["ka IS NOT NULL"]),
        ...ids.map((_, i) => `${idColumn(i)} IS NOT NULL`),
        ...(events.knownBy === null ? [] : [`ka <= ${events.knownBy}`]),
        ...(options.where ?? []),
      ];
  const rows = [
    ...(ids.length === 0 && deleted !== null && !options.everything ? [`${deleted} IS NOT TRUE`] : []),
    ...(options.within ? timesWithin(events, options.within) : []),
  ];
  return [
    "SELECT * FROM (",
    `    SELECT ${columns.join(",\n      ")}`,
    `    FROM (${sourceSql(events)})${rows.length > 0 ? ` WHERE ${rows.join(" AND ")}` : ""}`,
    `  ) WHERE ${conditions.join(" AND ")}`,
  ].join("\n");
}

/** What a row of the source is as a row of the view, whether it is an event or not. */
export function rowColumns(
  events: Events,
  { ranked, everything }: Pick<EventsOptions, "ranked" | "everything">,
): string[] {
  const { dialect, view, source, layout } = events;
  const ids = source.id ?? [];
  const deleted = source.deleted === undefined ? null : dialect.ident(source.deleted);
  return [
    ...view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}`),
    `${dialect.micros(dialect.ident(source.eventTime))} AS et`,
    `${knownAtSql(dialect, source)} AS ka`,
    ...layout.inputs.map(
      (input, i) => `${dialect.carry(input.type, typedSql(dialect, input.expr))} AS ${inputColumn(i)}`,
    ),
    ...(ranked ? orderColumns(events).map(({ sql, name }) => `${sql} AS ${name}`) : []),
    ...ids.map((id, i) => `${dialect.ident(id)} AS ${idColumn(i)}`),
    ...(ids.length > 0 || everything ? [`${deleted === null ? "false" : `coalesce(${deleted}, false)`} AS del`] : []),
  ];
}

/**
 * Conditions on the event time's column itself, not on what is computed of it: so they reach the scan, which skips row
 * groups by their statistics. None for a source of corrections: a version out of reach may replace one within.
 */
export function timesWithin({ dialect, source }: Pick<Events, "dialect" | "source">, { from, to }: Within): string[] {
  if (source.id !== undefined || source.version !== undefined) return [];
  const type = source.columns.find((c) => c.name === source.eventTime)?.type;
  // A day is its midnight: the instants' own days are in.
  const bound = (micros: bigint) =>
    type?.kind === "date"
      ? dialect.literal(type, formatInstant(micros).split("T")[0] ?? null)
      : dialect.timestamp(String(micros));
  const column = dialect.ident(source.eventTime);
  const upper = `${column} <= ${bound(to)}`;
  return from === null ? [upper] : [upper, `${column} >= ${bound(from)}`];
}

/** What an engine makes of an expression may be narrower than its declared type, or wider. */
const typedSql = (dialect: Dialect, expr: ExprIR): string =>
  expr.kind === "call" ? `(${exprSql(dialect, expr)})::${dialect.type(expr.type)}` : exprSql(dialect, expr);

/** A number that grows with the order of a key's events; `partition` is the key's columns. */
export function rankSql(events: Events, partition: readonly string[]): string {
  const by = partition.length > 0 ? `PARTITION BY ${partition.join(", ")} ` : "";
  return `row_number() OVER (${by}ORDER BY ${eventOrder(events)})`;
}

/** The terms that sort a key's events. */
export const eventOrder = (events: Events): string => ["et", ...versionOrder(events), ...tieOrder(events)].join(", ");

/** The terms that sort by version, which is knownAt where none is declared. */
export const versionOrder = (events: Events): string[] => {
  const version = versionColumn(events);
  return version ? [...events.dialect.orderTerms(version.type, "v0")].map(nullsFirst) : ["ka"];
};

/** The terms that settle the order of events after event time and version: the columns that the view reads, in the source's order. */
export const tieOrder = (events: Events): string[] =>
  tieColumns(events).flatMap(({ type, name }) => events.dialect.orderTerms(type, name).map(nullsFirst));

/** The columns, besides the key, that `eventsSql` gives for an event. */
export const eventColumns = (events: Events, ranked: boolean): string[] => [
  "et",
  "ka",
  ...events.layout.inputs.map((_, i) => inputColumn(i)),
  ...(ranked ? orderColumns(events).map(({ name }) => name) : []),
];

const nullsFirst = (term: string): string => `${term} NULLS FIRST`;

const versionColumn = ({ source }: Events) => source.columns.find((c) => c.name === source.version);

/** The names of the columns that settle ties, in the source's order. */
export const tieNames = (events: Events): string[] => tieColumns(events).map(({ name }) => name);

interface TieColumn {
  readonly name: string;
  readonly type: TypeIR;
  /** Null where an input of the view is the column already. */
  readonly sql: string | null;
}

/** In the source's order, whatever the features'. */
function tieColumns({ dialect, source, layout, reads }: Events): TieColumn[] {
  return source.columns
    .filter((c) => reads.has(c.name))
    .map(({ name, type }, i) => {
      const sql = dialect.ident(name);
      const input = layout.inputs.findIndex(({ expr }) => expr.kind === "column" && expr.name === name);
      return input >= 0 && dialect.carry(type, sql) === sql
        ? { name: inputColumn(input), type, sql: null }
        : { name: `o${i}`, type, sql };
    });
}

/** The columns that the order of events needs beside the others. */
function orderColumns(events: Events): { readonly name: string; readonly sql: string }[] {
  const version = versionColumn(events);
  return [
    ...(version ? [{ name: "v0", sql: events.dialect.ident(version.name) }] : []),
    ...tieColumns(events).flatMap(({ name, sql }) => (sql === null ? [] : [{ name, sql }])),
  ];
}

/** What a ledger keeps of an event, in the order of `ledgerTypes`: names of fields and what they hold. */
export function ledgerFields(events: Events): (readonly [name: string, sql: string])[] {
  const { dialect, layout } = events;
  const { ledger } = layout;
  if (!ledger) return [];
  const named = (name: string, type: TypeIR) => [name, dialect.emit(type, name)] as const;
  const names = tieNames(events);
  const own = ledger.ties.flatMap(({ type, input }, i) => (input === null ? [named(names[i] ?? "", type)] : []));
  return [
    ...ledger.id.map((type, i) => named(idColumn(i), type)),
    ...(ledger.version ? [named("v0", ledger.version)] : []),
    ["ka", "ka"],
    ...own,
  ];
}
