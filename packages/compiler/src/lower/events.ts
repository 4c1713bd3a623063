import type { ExprIR, SourceIR, StateLayout, ViewIR } from "@lockstep/core";
import type { Dialect } from "../dialects/dialect.js";
import { columnsOf, exprSql } from "./expr.js";

/** The names that the compiler gives in its own relations; none clashes with a user's, which are quoted aliases. */
export const keyColumn = (index: number): string => `k${index}`;
export const inputColumn = (index: number): string => `i${index}`;

export interface Events {
  readonly dialect: Dialect;
  readonly view: ViewIR;
  readonly source: SourceIR;
  readonly layout: StateLayout;
  /** Where the source's rows are: `read_parquet('...')`. */
  readonly relation: string;
  /** Microseconds as SQL: only rows known by then exist. Null: all. */
  readonly knownBy: string | null;
}

/** The source's rows under their declared names and types. */
export function sourceSql({ dialect, source, relation }: Pick<Events, "dialect" | "source" | "relation">): string {
  const columns = source.columns.map((c) => {
    const physical = dialect.ident(c.from ?? c.name);
    return `${physical}::${dialect.type(c.type)} AS ${dialect.ident(c.name)}`;
  });
  return `SELECT ${columns.join(", ")} FROM ${relation}`;
}

/** `knownAt` in microseconds, as it stands in the data: it may lie before the event time. */
export const knownAtSql = (dialect: Dialect, source: SourceIR): string =>
  dialect.micros(source.knownAt ? exprSql(dialect, source.knownAt) : dialect.ident(source.eventTime));

/**
 * The events of a view: `k0..` its key, `et` and `ka` the event time and knownAt in microseconds, `i0..` its inputs,
 * and where the order of events decides something, `o0..`: what settles it after `et` and `ka`.
 */
export function eventsSql(
  events: Events,
  options: {
    readonly ranked: boolean;
    readonly where?: readonly string[];
    /** Only these event times are asked for. It changes no value, but less is read. */
    readonly within?: { readonly from: bigint | null; readonly to: bigint };
  },
): string {
  const { dialect, view, source, layout } = events;
  const columns = [
    ...view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}`),
    `${dialect.micros(dialect.ident(source.eventTime))} AS et`,
    `${knownAtSql(dialect, source)} AS ka`,
    ...layout.inputs.map(
      (input, i) => `${dialect.carry(input.type, exprSql(dialect, input.expr))} AS ${inputColumn(i)}`,
    ),
    ...(options.ranked ? tieTerms(events).map((term, i) => `${term} AS o${i}`) : []),
  ];
  const conditions = [
    ...view.keys.map((_, i) => `${keyColumn(i)} IS NOT NULL`),
    "et IS NOT NULL",
    "ka IS NOT NULL",
    ...(events.knownBy === null ? [] : [`ka <= ${events.knownBy}`]),
    ...(options.where ?? []),
  ];
  return [
    "SELECT * FROM (",
    `    SELECT ${columns.join(",\n      ")}`,
    `    FROM (${sourceSql(events)})${options.within ? timesWithin(events, options.within) : ""}`,
    `  ) WHERE ${conditions.join(" AND ")}`,
  ].join("\n");
}

/**
 * A condition on the column itself, not on what is computed of it: so it reaches the scan, which skips row groups by
 * their statistics. Not for a source with versions: a version out of reach may replace one within.
 */
export function timesWithin(
  { dialect, source }: Pick<Events, "dialect" | "source">,
  { from, to }: { readonly from: bigint | null; readonly to: bigint },
): string {
  if (source.columns.find((c) => c.name === source.eventTime)?.type.kind !== "timestamp") return "";
  const column = dialect.ident(source.eventTime);
  const upper = ` WHERE ${column} <= ${dialect.timestamp(String(to))}`;
  return from === null ? upper : `${upper} AND ${column} >= ${dialect.timestamp(String(from))}`;
}

/** A number that grows with the order of a key's events; `partition` is the key's columns. */
export function rankSql(events: Events, partition: readonly string[]): string {
  const by = partition.length > 0 ? `PARTITION BY ${partition.join(", ")} ` : "";
  const terms = ["et", "ka", ...tieTerms(events).map((_, i) => `o${i} NULLS FIRST`)];
  return `row_number() OVER (${by}ORDER BY ${terms.join(", ")})`;
}

/** What settles the order of events after event time and version (knownAt by default): the columns that the view reads. */
function tieTerms({ dialect, view, source }: Events): string[] {
  const read = new Set(view.features.flatMap(expressionsOf).flatMap(columnsOf));
  return source.columns
    .filter((c) => read.has(c.name))
    .flatMap((c) => dialect.orderTerms(c.type, dialect.ident(c.name)));
}

function expressionsOf(feature: ViewIR["features"][number]): ExprIR[] {
  if (feature.kind === "row") return [feature.value];
  return [feature.argument, feature.where].filter((e): e is ExprIR => e !== null);
}
