import type { FieldNode } from "./graphql.js";
import type { MemberShape } from "./service-shape.js";

/** A GraphQL document of one query, made ready to be answered without executing it. */
export interface QueryPlan {
  /** Null for a query without a name. */
  readonly operation: string | null;
  /** The values of its variables; null where graphql-js has something against them. */
  readonly variables: (given: Variables) => Variables | null;
  readonly fields: readonly (ServiceField | TypeNameField)[];
}

export type Variables = Readonly<Record<string, unknown>>;

/** `__typename`, anywhere. */
export interface TypeNameField {
  readonly kind: "typename";
  readonly key: string;
  readonly text: string;
}

/** A feature service. `key` is its name in the answer, as everywhere. */
export interface ServiceField {
  readonly kind: "service";
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly service: string;
  /** Undefined: all of them, where no feature is selected. */
  readonly columns: readonly string[] | undefined;
  /** Null where graphql-js has something against them. */
  readonly args: (variables: Variables) => { readonly entities: unknown; readonly at?: unknown } | null;
  readonly result: readonly ResultField[];
}

export type ResultField =
  | TypeNameField
  | { readonly kind: "t" | "watermark"; readonly key: string }
  | { readonly kind: "rows" | "columns"; readonly key: string; readonly object: ObjectPlan };

/** A row, or all of them by column; or an object within. */
export interface ObjectPlan {
  readonly fields: readonly RowField[];
}

export type RowField =
  | TypeNameField
  | { readonly kind: "object"; readonly key: string; readonly object: ObjectPlan }
  | CellField;

/** What is read from a column of the answer: in a row a value of it, else all. */
export interface CellField {
  readonly kind: "cell";
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly column: string;
  readonly of: "value" | "status" | "eventTime";
  readonly pick: Pick | null;
}

/** What a query selects of a struct; null: a value that is printed whole. */
export type Pick = readonly (
  | TypeNameField
  | { readonly kind: "field"; readonly key: string; readonly name: string; readonly pick: Pick | null }
)[];

export type MemberShapes = readonly MemberShape[];
