import type { OracleSource, Row } from "./source.js";
import type { Type, Value } from "./values.js";

export type RowFn = (row: Row) => Value;

export type Aggregate =
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

export type Bounds = "[)" | "[]" | "(]" | "()";

export type OracleWindow =
  | { shape: "sliding"; size: bigint }
  | { shape: "sawtooth"; size: bigint; hop?: bigint }
  | { shape: "hopping"; size: bigint; hop: bigint }
  | { shape: "lifetime" };

export interface RowFeature {
  name: string;
  kind: "row";
  type: Type;
  value: RowFn;
}

export interface WindowFeature {
  name: string;
  kind: "window";
  aggregate: Aggregate;
  n?: number;
  p?: number;
  ignoreNulls?: boolean;
  arg?: { type: Type; value: RowFn };
  where?: (row: Row) => boolean | null;
  window: OracleWindow;
  bounds?: Bounds;
  offset?: bigint;
}

export type OracleFeature = RowFeature | WindowFeature;

export interface OracleView {
  /** Source columns; empty for a view with no entity. */
  keys: string[];
  source: OracleSource;
  ttl?: bigint;
  asOf?: "<=" | "<";
  /** The source's columns that the view reads. */
  reads: string[];
  features: OracleFeature[];
}

export interface Answer {
  value: Value;
  status: "MISSING" | "EXPIRED" | "NULL" | "PRESENT";
  /** Section 5: the absolute difference allowed; absent means identical bits. */
  tolerance?: number;
}
