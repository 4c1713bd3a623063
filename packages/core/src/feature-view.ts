import type { Duration } from "./duration.js";
import type { Entity } from "./entity.js";
import type { AnyExpr, Mistake, TypeOf } from "./expr.js";
import type { WindowFeature } from "./features.js";
import { type RowOf, rowOf, type Source } from "./source.js";
import type { AnyType, Types } from "./types.js";

/** What a view's `features` returns: an expression (the latest value) or an aggregate over a window, by name. */
export type FeatureSet = Readonly<Record<string, AnyExpr | WindowFeature>>;
export type FeatureTypes<F> = { readonly [K in keyof F]: TypeOf<F[K]> };

/** As FeatureSet, with what the editor shows where something else stands in the place of a feature. */
type SaidFeatures = Readonly<
  Record<
    string,
    | AnyExpr
    | WindowFeature
    | Mistake<"a feature is an expression, such as f.amount, or an aggregate with its window: count().over('7d')">
  >
>;

/** A feature, to name it as the input of an on-demand feature. */
export interface FeatureRef<T extends AnyType = AnyType, Keys extends Types = Types> {
  readonly declares: "featureRef";
  readonly view: AnyView;
  readonly feature: string;
  readonly "~type"?: T;
  /** The keys of its view: what reading it asks of a request. */
  readonly "~keys"?: Keys;
}

/** A part of a feature service. `Inputs` is what it asks of a request or a label row, `Columns` what it gives. */
export interface Member<Inputs extends Types = Types, Columns extends Types = Types> {
  readonly "~inputs"?: Inputs;
  readonly "~columns"?: Columns;
}

/** A view as a service uses it: under a name, with its keys mapped, and with a choice of features. */
export interface ViewMember<
  Name extends string,
  Keys extends Types,
  F extends Types,
  R extends Readonly<Record<string, string>> = Record<never, string>,
> extends Member<Keys, ColumnsOf<Name, F, R>> {
  readonly declares: "viewMember";
  readonly view: AnyView;
  readonly alias: Name;
  readonly keys: Readonly<Record<string, string>>;
  /** Null: all. */
  readonly only: readonly string[] | null;
  readonly renames: Readonly<Record<string, string>>;
  /**
   * The same view under another name, its keys read from other columns.
   * @example originDelays.as("dest", { origin: "destination" })
   */
  as<const A extends string, const M extends Readonly<Record<string, string>>>(
    alias: A,
    keys?: M & KeyMapping<Keys, M>,
  ): ViewMember<A, MappedKeys<Keys, M>, F, R>;
  /** Only these features. */
  pick<const P extends keyof F & string>(...features: P[]): ViewMember<Name, Keys, Pick<F, P>, R>;
  /** Other column names for some features: `rename({ mean_delay_3h: "delay" })`. */
  rename<const N extends { readonly [K in keyof F]?: string }>(
    names: N,
  ): ViewMember<Name, Keys, F, Extract<N, Readonly<Record<string, string>>>>;
}

type KeyMapping<Keys extends Types, M> = {
  readonly [K in keyof M]: K extends keyof Keys
    ? string
    : Mistake<`the entity has no key '${K & string}': it has ${keyof Keys & string}`>;
};
type MappedKeys<Keys extends Types, M> = {
  readonly [K in keyof Keys as K extends keyof M ? M[K] & string : K]: Keys[K];
};
type ColumnsOf<Name extends string, F extends Types, R extends Readonly<Record<string, string>>> = {
  readonly [K in keyof F & string as K extends keyof R ? R[K] : `${Name}__${K}`]: F[K];
};

/** Features of one entity, computed from one source. */
export interface FeatureView<Name extends string = string, Keys extends Types = Types, F extends Types = Types>
  extends ViewMember<Name, Keys, F> {
  readonly name: Name;
  readonly entity: Entity | null;
  readonly source: Source;
  readonly keyColumns: Readonly<Record<string, string>>;
  readonly ttl: Duration | null;
  readonly asOf: "<=" | "<";
  readonly freshness: Duration | null;
  readonly features: FeatureSet;
  readonly deprecated?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly owner?: string;
  readonly tags?: readonly string[];
  /** The features by name, to give to an on-demand feature. */
  readonly f: { readonly [K in keyof F]: FeatureRef<F[K], Keys> };
}

export interface AnyView {
  readonly declares: "viewMember";
  readonly name: string;
  readonly entity: Entity | null;
  readonly source: Source;
  readonly keyColumns: Readonly<Record<string, string>>;
  readonly ttl: Duration | null;
  readonly asOf: "<=" | "<";
  readonly freshness: Duration | null;
  readonly features: FeatureSet;
  readonly deprecated?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly owner?: string;
  readonly tags?: readonly string[];
}

type ColumnOf<K, M> = K extends keyof M ? M[K] : K;
type KeysFit<Keys extends Types, Columns extends Types, M> = {
  readonly [K in keyof Keys]: ColumnOf<K, M> extends keyof Columns
    ? Columns[ColumnOf<K, M>]["kind"] extends Keys[K]["kind"]
      ? unknown
      : Mistake<`the source's column '${ColumnOf<K, M> & string}' is a ${Columns[ColumnOf<K, M>]["kind"]}, the entity's key '${K & string}' a ${Keys[K]["kind"]}`>
    : Mistake<`the source has no column '${ColumnOf<K, M> & string}' for the entity's key: name one with keys: { ${K & string}: '...' }`>;
}[keyof Keys];

export interface ViewOptions<
  Keys extends Types,
  Columns extends Types,
  F extends SaidFeatures,
  M extends { readonly [K in keyof Keys]?: keyof Columns & string },
> {
  /** Whose features these are. Without an entity the view applies to every row. */
  readonly entity?: Entity<string, Keys>;
  readonly source: Source<string, Columns> &
    ([Keys] extends [Record<string, never>] ? unknown : KeysFit<Keys, Columns, M>);
  /** The source's column for an entity key, where the names differ. */
  readonly keys?: M;
  /** Row features older than this are EXPIRED; exactly as old still counts. */
  readonly ttl?: Duration;
  /** `<` leaves out an event at the very instant asked for. Default `<=`. */
  readonly asOf?: "<=" | "<";
  /** How old the online values may be before the view counts as stale. Watched, not enforced. */
  readonly freshness?: Duration;
  readonly features: (row: RowOf<Columns>) => F;
  /** Features that should not be asked for any more, and what instead. They are still computed and served. */
  readonly deprecated?: { readonly [K in keyof NoInfer<F>]?: string };
  readonly description?: string;
  readonly owner?: string;
  readonly tags?: readonly string[];
}

/**
 * Declares features: a plain expression is the latest value, an aggregate has a window.
 * @example
 * const originDelays = featureView("origin_delays", {
 *   entity: airport,
 *   source: flights,
 *   features: (f) => ({ mean_delay_3h: mean(f.delay).over("3h"), last_delay: f.delay }),
 * });
 */
export function featureView<
  const Name extends string,
  Columns extends Types,
  F extends SaidFeatures,
  Keys extends Types = Record<never, AnyType>,
  const M extends { readonly [K in keyof Keys]?: keyof Columns & string } = Record<never, never>,
>(name: Name, options: ViewOptions<Keys, Columns, F, M>): FeatureView<Name, Keys, FeatureTypes<F>> {
  const { entity, source, keys, ttl, asOf = "<=", freshness, features, deprecated } = options;
  const { description, owner, tags } = options;
  const declared = (source as Source).columns as Columns;
  const base = {
    name,
    entity: (entity as Entity | undefined) ?? null,
    source: source as Source,
    keyColumns: (keys ?? {}) as Readonly<Record<string, string>>,
    ttl: ttl ?? null,
    asOf,
    freshness: freshness ?? null,
    features: Object.freeze({ ...features(rowOf(declared)) }) as FeatureSet,
    ...(deprecated === undefined ? {} : { deprecated: deprecated as Readonly<Record<string, string>> }),
    ...(description === undefined ? {} : { description }),
    ...(owner === undefined ? {} : { owner }),
    ...(tags === undefined ? {} : { tags }),
  };
  const view: Record<string, unknown> = { ...base };
  Object.assign(view, member(view as unknown as AnyView, { alias: name, keys: {}, only: null, renames: {} }));
  view["f"] = Object.freeze(
    Object.fromEntries(Object.keys(base.features).map((f) => [f, { declares: "featureRef", view, feature: f }])),
  );
  return Object.freeze(view) as unknown as FeatureView<Name, Keys, FeatureTypes<F>>;
}

interface Choice {
  readonly alias: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly only: readonly string[] | null;
  readonly renames: Readonly<Record<string, string>>;
}

function member(view: AnyView, choice: Choice): object {
  return {
    declares: "viewMember",
    view,
    ...choice,
    as: (alias: string, keys: Readonly<Record<string, string>> = {}) =>
      Object.freeze(member(view, { ...choice, alias, keys })),
    pick: (...only: string[]) => Object.freeze(member(view, { ...choice, only })),
    rename: (renames: Readonly<Record<string, string>>) => Object.freeze(member(view, { ...choice, renames })),
  };
}
