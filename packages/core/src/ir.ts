/**
 * The compiled form of a feature repo: plain, serializable data. It is what is hashed, stored in the registry,
 * diffed by a plan, compiled to SQL and read by the server. Durations are microseconds as numbers.
 */

/** A declarable type, or one of the two that occur only inside (`duration` in expressions, `int128` in partial sums). */
export type TypeIR =
  | { readonly kind: ScalarKind }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "list"; readonly element: TypeIR }
  | { readonly kind: "vector"; readonly size: number }
  | { readonly kind: "struct"; readonly fields: readonly NamedType[] };

export type ScalarKind =
  | "bool"
  | "int32"
  | "int64"
  | "float32"
  | "float64"
  | "string"
  | "bytes"
  | "date"
  | "timestamp"
  | "json"
  | "duration"
  | "int128";

export type Kind = TypeIR["kind"];

export interface NamedType {
  readonly name: string;
  readonly type: TypeIR;
}

/** Operators of expressions over a row. Null in, null out, but for isNull, coalesce, and, or. */
export type Op =
  | "plus"
  | "minus"
  | "times"
  | "div"
  | "idiv"
  | "negate"
  | "abs"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  /** The first argument equals any of the others. */
  | "isIn"
  | "and"
  | "or"
  | "not"
  | "isNull"
  | "coalesce"
  /** A condition and two values: null where the condition is. */
  | "iff"
  | "toFloat64"
  /** A number of units as a duration: arguments are the number and the unit's microseconds. */
  | "toDuration"
  | "instantPlus"
  | "instantMinus"
  /** A date's 00:00 UTC. */
  | "midnight"
  /** Of an instant, in UTC: 0 to 23, and 1 (Monday) to 7. */
  | "hour"
  | "weekday";

export type ExprIR =
  | { readonly kind: "column"; readonly name: string; readonly type: TypeIR }
  /** `value` is the type's text form (see values.ts), so that every literal is exact. */
  | { readonly kind: "literal"; readonly value: string | null; readonly type: TypeIR }
  | { readonly kind: "call"; readonly op: Op; readonly args: readonly ExprIR[]; readonly type: TypeIR };

export interface EntityIR {
  readonly name: string;
  readonly keys: readonly NamedType[];
  readonly description?: string;
}

export interface ColumnIR extends NamedType {
  /** The column's name in the file where it differs. */
  readonly from?: string;
  /** A timestamp column of local times: the IANA zone that they are in. */
  readonly zone?: string;
}

export interface SourceIR {
  readonly name: string;
  readonly kind: "parquet";
  readonly path: string;
  readonly columns: readonly ColumnIR[];
  readonly eventTime: string;
  /** Null: `eventTime`. */
  readonly knownAt: ExprIR | null;
  /** Rows that share these columns' values are versions of one event. Absent: every row is an event of its own. */
  readonly id?: readonly string[];
  /** What says which version is newer. Absent: `knownAt`. */
  readonly version?: string;
  /** A bool column: where it is true, there is no event. */
  readonly deleted?: string;
  /** Null: nothing is known of how late rows may arrive, and every run is a full one. */
  readonly lookback: number | null;
  /** Rows may also be pushed. */
  readonly push?: true;
  readonly description?: string;
  readonly owner?: string;
}

export type AggregateName =
  | "count"
  | "countDistinct"
  | "sum"
  | "mean"
  | "variance"
  | "stddev"
  | "varPop"
  | "stddevPop"
  | "min"
  | "max"
  | "first"
  | "last"
  | "firstN"
  | "lastN"
  | "quantile";

/** What an aggregate is told besides its argument: an aggregate has those that its row in AGGREGATES names. */
export interface AggregateParams {
  /** How many values firstN and lastN keep. */
  readonly n?: number;
  /** The quantile, as the decimal that the number is written as. */
  readonly p?: number;
}

export type Bounds = "[)" | "[]" | "(]" | "()";

export interface WindowIR {
  readonly shape: "sliding" | "sawtooth" | "hopping" | "lifetime";
  /** Microseconds; 0 for lifetime. */
  readonly size: number;
  /** Microseconds; 0 where the shape has none. */
  readonly hop: number;
  readonly bounds: Bounds;
  readonly offset: number;
}

interface FeatureBase {
  readonly name: string;
  readonly type: TypeIR;
  readonly description?: string;
  /** Why it should not be asked for any more, and what instead. */
  readonly deprecated?: string;
}

export interface RowFeatureIR extends FeatureBase {
  readonly kind: "row";
  readonly value: ExprIR;
}

export interface WindowFeatureIR extends FeatureBase {
  readonly kind: "window";
  readonly aggregate: AggregateName;
  /** Absent where the aggregate has none. */
  readonly params?: AggregateParams;
  /** Null only for `count()`. */
  readonly argument: ExprIR | null;
  readonly where: ExprIR | null;
  readonly window: WindowIR;
  readonly ignoreNulls: boolean;
}

export type FeatureIR = RowFeatureIR | WindowFeatureIR;

/** What of its source tells a view which version of an event is the greatest: section "Corrections" of docs/semantics.md. */
export interface PushIR {
  readonly id: readonly NamedType[];
  /** Null: knownAt. */
  readonly version: NamedType | null;
  /** The columns that the view's features read, in the source's order. */
  readonly reads: readonly NamedType[];
  /** The view's keys by index, in the order of their columns in the source. */
  readonly keyOrder: readonly number[];
}

export interface ViewIR {
  readonly name: string;
  /** Null: the view applies to every row. */
  readonly entity: string | null;
  /** The entity's keys in its order, and the source's column for each. */
  readonly keys: readonly { readonly key: string; readonly column: string; readonly type: TypeIR }[];
  readonly source: string;
  readonly ttl: number | null;
  readonly asOf: "<=" | "<";
  readonly features: readonly FeatureIR[];
  readonly freshness: number | null;
  /** Where the source's rows may be pushed. */
  readonly push?: PushIR;
  readonly description?: string;
  readonly owner?: string;
  readonly tags?: readonly string[];
}

export interface OnDemandIR {
  readonly name: string;
  readonly request: readonly NamedType[];
  /** The features it reads, by the name its function sees. */
  readonly features: readonly { readonly name: string; readonly view: string; readonly feature: string }[];
  readonly outputs: readonly NamedType[];
  /** The text of the function, so that a plan sees it change. The code that runs is the bundle. */
  readonly code: string;
  readonly description?: string;
  readonly owner?: string;
}

/** A view in a service. `keys` maps each entity key to the label column (and request field) that holds it. */
export interface ViewMemberIR {
  readonly kind: "view";
  readonly view: string;
  readonly alias: string;
  readonly keys: Readonly<Record<string, string>>;
  /** `column` is null where only an on-demand feature reads it. */
  readonly features: readonly { readonly feature: string; readonly column: string | null }[];
}

export interface OnDemandMemberIR {
  readonly kind: "onDemand";
  readonly onDemand: string;
  readonly outputs: readonly { readonly output: string; readonly column: string }[];
}

export type MemberIR = ViewMemberIR | OnDemandMemberIR;

export interface ServiceIR {
  readonly name: string;
  readonly members: readonly MemberIR[];
  /** Entity keys and request fields that a request or a label row must have. */
  readonly inputs: readonly (NamedType & { readonly role: "key" | "request" })[];
  readonly description?: string;
  readonly owner?: string;
}

export interface RepoIR {
  readonly format: 1;
  readonly project: string;
  readonly entities: readonly EntityIR[];
  readonly sources: readonly SourceIR[];
  readonly views: readonly ViewIR[];
  readonly onDemands: readonly OnDemandIR[];
  readonly services: readonly ServiceIR[];
}

/** What a feature's value is at an instant: section "Row features" of docs/semantics.md. */
export type Status = "MISSING" | "EXPIRED" | "NULL" | "PRESENT";
