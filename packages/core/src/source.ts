import type { Duration } from "./duration.js";
import { didYouMean, LockstepError } from "./errors.js";
import { type AnyExpr, column, type Expr, later } from "./expr.js";
import type { ColumnIR, ExprIR } from "./ir.js";
import type { AnyType, JsInput, Timestamp, Types } from "./types.js";

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
  /** Empty: every row is an event of its own. */
  readonly id: readonly string[];
  readonly version: string | null;
  readonly deleted: string | null;
  readonly lookback: Duration | null;
  /** Rows may also be pushed. */
  readonly push: boolean;
  readonly description?: string;
  readonly owner?: string;
}

export type RowOf<Columns extends Types> = { readonly [K in keyof Columns]: Expr<Columns[K]> };
type NamesOf<Columns extends Types, Kind extends string> = {
  [K in keyof Columns]: Columns[K]["kind"] extends Kind ? K : never;
}[keyof Columns] &
  string;

type KnownAt<Columns extends Types> =
  | NamesOf<Columns, "timestamp">
  | { readonly delay: Duration }
  | ((row: RowOf<Columns>) => Expr<Timestamp>);

/** A day's figure is not known at that day's midnight, so a source of days says when it is. */
type KnownAtOfDays<Columns extends Types, At extends keyof Columns> = "date" extends Columns[At]["kind"]
  ? { readonly knownAt: unknown }
  : unknown;

/** A pushed row takes the place of another version, and the source's own copy takes its place, by `id`. */
type Pushable =
  | { readonly push?: false }
  | {
      /**
       * Rows may also be pushed, and count until a run's T reaches their `knownAt`. Needs `id`. The online store then
       * keeps every row of a key, and an entry for each id.
       */
      readonly push: true;
      readonly id: string | readonly string[];
    };

export interface ParquetOptions<
  Columns extends Types,
  At extends NamesOf<Columns, "timestamp" | "date"> = NamesOf<Columns, "timestamp" | "date">,
> {
  /** A file, or a glob of files. Relative to the feature repo. */
  readonly path: string;
  /** The columns that features may use, in the source's order. */
  readonly columns: Columns;
  /** The column that says when the event happened: a timestamp, or a date, which is 00:00 UTC of that day. */
  readonly eventTime: At;
  /** When the store could first have known the event: a column, `{ delay: "2h" }` after it happened, or an expression. Default: its event time. */
  readonly knownAt?: KnownAt<Columns>;
  /**
   * The columns that rows share which are versions of one event: of those known at an instant the greatest
   * `(version, knownAt)` is the event. Needs `version` or `knownAt`.
   */
  readonly id?: (keyof Columns & string) | readonly (keyof Columns & string)[];
  /** The column that says which version is newer. Default: `knownAt`. */
  readonly version?: keyof Columns & string;
  /** The column that is true where there is no event (any more). */
  readonly deleted?: NamesOf<Columns, "bool">;
  /**
   * How much later than its `knownAt` a row may still arrive in the files, which only ever gain rows. With it `fs
   * materialize` reads what is new. Default: none is known, and every run is a full one.
   */
  readonly lookback?: Duration;
  /** A column's name in the file where it differs from the name here. */
  readonly from?: { readonly [K in keyof Columns]?: string };
  /** The zone of a column of local times: `{ departure: "America/New_York" }`. Others are in UTC. */
  readonly zone?: { readonly [K in NamesOf<Columns, "timestamp">]?: string };
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
export function parquet<
  const Name extends string,
  Columns extends Types,
  At extends NamesOf<Columns, "timestamp" | "date">,
>(name: Name, options: ParquetOptions<Columns, At> & KnownAtOfDays<Columns, At> & Pushable): Source<Name, Columns> {
  const { columns, eventTime, knownAt, id, version, deleted, lookback }: ParquetOptions<Columns> = options;
  const { push = false } = options;
  const { path, from = {}, zone = {}, description, owner }: ParquetOptions<Columns> = options;
  return Object.freeze({
    declares: "source",
    kind: "parquet",
    name,
    path,
    columns,
    columnNames: Object.entries(columns).map(([key, type]) => {
      const physical = (from as Record<string, string | undefined>)[key];
      const local = (zone as Record<string, string | undefined>)[key];
      return {
        name: key,
        type: type.ir,
        ...(physical === undefined ? {} : { from: physical }),
        ...(local === undefined ? {} : { zone: local }),
      };
    }),
    eventTime,
    knownAt: knownAt === undefined ? null : knownAtOf(name, columns, eventTime, knownAt),
    id: id === undefined ? [] : typeof id === "string" ? [id] : id,
    version: version ?? null,
    deleted: deleted ?? null,
    lookback: lookback ?? null,
    push,
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
  });
}

function knownAtOf<Columns extends Types>(
  source: string,
  columns: Columns,
  eventTime: string,
  knownAt: KnownAt<Columns>,
): ExprIR {
  const row = rowOf(columns);
  if (typeof knownAt === "function") return knownAt(row).ir;
  const of = (column: string): ExprIR => {
    const expr = row[column] as AnyExpr | undefined;
    if (expr) return expr.ir;
    throw new LockstepError({
      code: "SOURCE_KNOWN_AT",
      place: `source '${source}'`,
      what: `it has no column '${column}'${didYouMean(column, Object.keys(row))}`,
      mend: "give a timestamp: a column, or the event time plus a duration",
    });
  };
  return typeof knownAt === "object" ? later(of(eventTime), knownAt.delay) : of(knownAt);
}

/** A row of a source as it may be given: a column that is left out is null. */
export type SourceRow<S> =
  S extends Source<string, infer Columns> ? { readonly [K in keyof Columns]?: JsInput<Columns[K]> | null } : never;

/** The source's columns as expressions. */
export function rowOf<Columns extends Types>(columns: Columns): RowOf<Columns> {
  const entries = Object.entries(columns as Record<string, AnyType>).map(([name, type]) => [name, column(name, type)]);
  return Object.freeze(Object.fromEntries(entries)) as RowOf<Columns>;
}
