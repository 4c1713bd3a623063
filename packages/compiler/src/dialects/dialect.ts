import type { AggregateName, AggregateParams, NamedType, Op, PartialFn, PartialOf, TypeIR } from "@lockstep/core";

/** What an engine's SQL looks like. A dialect is flags and small pure functions on text; it runs nothing. */
export interface Dialect {
  readonly name: string;
  /** A quoted identifier. */
  ident(name: string): string;
  text(value: string): string;
  type(type: TypeIR): string;
  /** A value as it travels between subqueries, and back: some engines' aggregates lose bits of some types. */
  carry(type: TypeIR, sql: string): string;
  emit(type: TypeIR, sql: string): string;
  /** A literal from its text form in the IR. */
  literal(type: TypeIR, value: string | null): string;
  /** The engine's form of each operator, given its arguments' SQL and types. Its value has the result's type. */
  readonly ops: {
    readonly [K in Op]: (args: readonly string[], types: readonly TypeIR[], result: TypeIR) => string;
  };
  /** A timestamp as int64 microseconds since the epoch; null where infinite. */
  micros(timestamp: string): string;
  /** int64 microseconds as a timestamp. */
  timestamp(micros: string): string;
  /** A timestamp of local times in UTC; one that does not exist there, or exists twice, is an error that names `column`. */
  fromLocal(timestamp: string, zone: string, column: string): string;
  /** A file's column, by its physical type, where a cast to the declared type would round it or follow the session; else null. */
  exact(physical: string, sql: string): string | null;
  /** The greatest multiple of `step` at or below `x`, towards minus infinity; both int64. */
  floorTo(x: string, step: number | string): string;
  /** Floor division, as `floorTo`, but counts steps. */
  floorDiv(x: string, step: number | string): string;
  /** Terms that sort a value by the contract's order. Nulls are put first by the caller. */
  orderTerms(type: TypeIR, sql: string): readonly string[];
  /** Terms that sort a key's part much as the bytes of its key do: of integers the lowest byte comes first. */
  byteOrderTerms(type: TypeIR, sql: string): readonly string[];
  /** A number that is the same for the same values. */
  hash(values: readonly string[]): string;
  /** The rows of Parquet files; `folders`: the columns that stand in their folders' names, `day=2001-03-01`. */
  parquet(path: string, folders?: readonly NamedType[]): string;
  /** The integers of some spans `from, from + 1, .. to`, each once, unnested beside the row. */
  integers(spans: readonly (readonly [from: string, to: string])[]): string;
  /** An aggregate that is near the quantile. */
  roughQuantile(sql: string, p: number): string;
  /** Null-safe on rows: a list of structs, ordered. */
  list(fields: readonly (readonly [name: string, sql: string])[], orderBy: string): string;
  /** The value on the row of the greatest rank, null or not. */
  atMax(sql: string, rank: string): string;
  /** An error raised while running where a value is out of range. */
  fail(code: string, messageSql: string): string;
  readonly partials: { readonly [K in PartialFn]: PartialSql };
  /** Aggregates that the engine computes at once from rows, for types where that is the same value; else null. */
  readonly direct: { readonly [K in AggregateName]?: (argument: string, of: AggregateOf) => string | null };
  /** An aggregate's value from its partials' columns; `where` names what overflowed. */
  readonly finish: {
    readonly [K in AggregateName]: (columns: readonly (readonly string[])[], of: AggregateOf, where: string) => string;
  };
}

/** How an engine computes one partial. Its state is one or more columns. */
export interface PartialSql {
  readonly columns: number;
  /** From rows: `of.argument` is null for count(); `filter` is a condition or null. */
  collect(row: RowSql, of: PartialOf, filter: string | null): readonly string[];
  /** From states: `columns` are those that `collect` gave. */
  merge(columns: readonly string[], of: PartialOf, over: Over): readonly string[];
  /** The columns that the online store keeps, in the order of core's PARTIALS. */
  store(columns: readonly string[], of: PartialOf): readonly string[];
  /** Its state is a list, which a running merge would copy for every event. */
  readonly wide?: true;
}

/** What an aggregate is over, and what else it is told. */
export interface AggregateOf {
  readonly argument: TypeIR | null;
  readonly params: AggregateParams;
}

/** Which states are merged: those that meet a filter, and where it is a running merge, in which window. */
export interface Over {
  readonly filter: string | null;
  /** `OVER (...)`. */
  readonly window: string | null;
}

export interface RowSql {
  readonly argument: string;
  /** The event time in microseconds. */
  readonly at: string;
  /** The row's place in the order of events. */
  readonly rank: string;
}
