import type { Duration } from "./duration.js";
import { didYouMean, LockstepError } from "./errors.js";
import { type AnyExpr, column, type Expr } from "./expr.js";
import type { ColumnIR, ExprIR } from "./ir.js";
import type { AnyType, Timestamp, Types } from "./types.js";

/** Where events come from: their columns, when each happened and when it could first be known. */
export interface Source<Name extends string = string, Columns extends Types = Types> {
  readonly declares: "source";
  readonly kind: "parquet";
  readonly name: Name;
  readonly path: string;
  readonly columns: Columns;
  readonly columnNames: readonly ColumnIR[];
  readonly eventTime: string;
  readonly knownAt: ExprIR | null;
  readonly lookback: Duration;
  readonly description?: string;
  readonly owner?: string;
}

export type RowOf<Columns extends Types> = { readonly [K in keyof Columns]: Expr<Columns[K]> };
type NamesOf<Columns extends Types, Kind extends string> = {
  [K in keyof Columns]: Columns[K]["kind"] extends Kind ? K : never;
}[keyof Columns] &
  string;

export interface ParquetOptions<Columns extends Types> {
  /** A file, or a glob of files. Relative to the feature repo. */
  readonly path: string;
  /** The columns that features may use, in the source's order. */
  readonly columns: Columns;
  /** The column that says when the event happened: a timestamp in UTC. */
  readonly eventTime: NamesOf<Columns, "timestamp">;
  /** When the store could first have known the event. Default: its event time. */
  readonly knownAt?: NamesOf<Columns, "timestamp"> | ((row: RowOf<Columns>) => Expr<Timestamp>);
  /** How much later than its `knownAt` a row may still arrive. Default: `0s`. */
  readonly lookback?: Duration;
  /** A column's name in the file where it differs from the name here. */
  readonly from?: { readonly [K in keyof Columns]?: string };
  readonly description?: string;
  readonly owner?: string;
}

/**
 * Declares events in Parquet files.
 * @example
 * const flights = parquet("flights", {
 *   path: "data/flights.parquet",
 *   columns: { departure: t.timestamp(), delay: t.int64(), distance: t.int64(), origin: t.string() },
 *   eventTime: "departure",
 *   knownAt: (f) => f.departure.plus(minutes(f.distance.div(6).plus(60))),
 * });
 */
export function parquet<const Name extends string, Columns extends Types>(
  name: Name,
  options: ParquetOptions<Columns>,
): Source<Name, Columns> {
  const { columns, eventTime, knownAt, lookback = "0s", path, from = {}, description, owner } = options;
  const row = rowOf(columns);
  return Object.freeze({
    declares: "source",
    kind: "parquet",
    name,
    path,
    columns,
    columnNames: Object.entries(columns).map(([key, type]) => {
      const physical = (from as Record<string, string | undefined>)[key];
      return { name: key, type: type.ir, ...(physical === undefined ? {} : { from: physical }) };
    }),
    eventTime,
    knownAt: knownAt === undefined ? null : knownAtOf(name, row, knownAt),
    lookback,
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
  });
}

function knownAtOf<Columns extends Types>(
  source: string,
  row: RowOf<Columns>,
  knownAt: NonNullable<ParquetOptions<Columns>["knownAt"]>,
): ExprIR {
  const expr: AnyExpr | undefined = typeof knownAt === "function" ? knownAt(row) : row[knownAt];
  if (expr) return expr.ir;
  throw new LockstepError({
    code: "SOURCE_KNOWN_AT",
    place: `source '${source}'`,
    what: `it has no column '${String(knownAt)}'${didYouMean(String(knownAt), Object.keys(row))}`,
    mend: "give a timestamp: a column, or the event time plus a duration",
  });
}

/** The source's columns as expressions. */
export function rowOf<Columns extends Types>(columns: Columns): RowOf<Columns> {
  const entries = Object.entries(columns as Record<string, AnyType>).map(([name, type]) => [name, column(name, type)]);
  return Object.freeze(Object.fromEntries(entries)) as RowOf<Columns>;
}
