import type { Source as DeclaredSource, Mistake, SourceRow } from "@lockstep/core";
import type { SourceCatalog } from "./catalog.js";
import type { Taken } from "./service.js";

/** A source whose rows may be pushed, as `fs codegen` writes it: its columns, and what a row of it may hold. */
export interface PushSource<Name extends string, Row extends object> extends SourceCatalog {
  readonly name: Name;
  readonly "~row"?: Row;
}

/** A source, as it is declared or as `fs codegen` writes it. */
export type AnySource = DeclaredSource | PushSource<string, object>;

export type SourceName<S extends AnySource> = AnySource extends S
  ? Mistake<"say whose rows these are: client.push<typeof orders>('orders', rows), or give the source that fs codegen wrote">
  : S["name"];

/** A row to push: a column that is left out is null. */
export type PushRow<S> =
  S extends PushSource<string, infer Row> ? Row : { readonly [K in keyof SourceRow<S>]: Taken<SourceRow<S>[K]> };
