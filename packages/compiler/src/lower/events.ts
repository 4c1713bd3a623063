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
 * and where the order of events decides something, `rk`: a value that sorts as that order does.
 */
export function eventsSql(
  events: Events,
  options: { readonly ranked: boolean; readonly where?: readonly string[] },
): string {
  const { dialect, view, source, layout } = events;
  const et = dialect.micros(dialect.ident(source.eventTime));
  const ka = knownAtSql(dialect, source);
  const columns = [
    ...view.keys.map((k, i) => `${dialect.ident(k.column)} AS ${keyColumn(i)}`),
    `${et} AS et`,
    `${ka} AS ka`,
    ...layout.inputs.map(
      (input, i) => `${dialect.carry(input.type, exprSql(dialect, input.expr))} AS ${inputColumn(i)}`,
    ),
  ];
  if (options.ranked) columns.push(`${dialect.sortKey(orderTerms(events, et, ka))} AS rk`);
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
    `    FROM (${sourceSql(events)})`,
    `  ) WHERE ${conditions.join(" AND ")}`,
  ].join("\n");
}

/** The total order of a key's events: event time, version (knownAt by default), then the columns that the view reads. */
function orderTerms({ dialect, view, source }: Events, et: string, ka: string): string[] {
  const read = new Set(view.features.flatMap(expressionsOf).flatMap(columnsOf));
  const columns = source.columns.filter((c) => read.has(c.name));
  return [et, ka, ...columns.flatMap((c) => dialect.orderTerms(c.type, dialect.ident(c.name)))];
}

function expressionsOf(feature: ViewIR["features"][number]): ExprIR[] {
  if (feature.kind === "row") return [feature.value];
  return [feature.argument, feature.where].filter((e): e is ExprIR => e !== null);
}
