import type { FeatureRef, Member } from "./feature-view.js";
import type { Instant } from "./instant.js";
import type { AnyType, JsInput, JsOf, Types } from "./types.js";

export type RefTypes<R extends Readonly<Record<string, FeatureRef>>> = {
  readonly [K in keyof R]: R[K] extends FeatureRef<infer T> ? T : AnyType;
};
type InputsOf<Q extends Types, R extends Readonly<Record<string, FeatureRef>>> = {
  readonly [K in keyof Q]: JsOf<Q[K]> | null;
} & { readonly [K in keyof R]: JsOf<RefTypes<R>[K]> | null };

type Intersect<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void ? I : never;
type KeysOf<R> = R extends FeatureRef<AnyType, infer K> ? K : never;
/** What a request must give: the function's own fields, and the keys of the views whose features it reads. */
type AskedOf<Q extends Types, R extends Readonly<Record<string, FeatureRef>>> = [keyof R] extends [never]
  ? Q
  : Extract<Q & Intersect<KeysOf<R[keyof R]>>, Types>;

/** A feature computed when it is asked for, from the request and from other features. */
export interface OnDemand<
  Name extends string = string,
  Q extends Types = Types,
  O extends Types = Types,
  Asked extends Types = Q,
> extends Member<Asked, { readonly [K in keyof O & string as `${Name}__${K}`]: O[K] }> {
  readonly declares: "onDemand";
  readonly name: Name;
  readonly request: Q;
  readonly features: Readonly<Record<string, FeatureRef>>;
  readonly outputs: O;
  readonly compute: (inputs: never, context: OnDemandContext) => unknown;
  readonly description?: string;
  readonly owner?: string;
}

export interface OnDemandContext {
  /** The instant that the features are asked for. The only clock there is. */
  readonly t: Instant;
}

/**
 * Declares a feature as a pure, synchronous function: no clock, randomness, locale or network. The same code runs
 * over training frames and in the server. Features that are not PRESENT arrive as null.
 * @example
 * const departure = onDemand("departure", {
 *   request: { scheduled: t.timestamp() },
 *   outputs: { hour: t.int32() },
 *   compute: ({ scheduled }) => ({ hour: scheduled === null ? null : hourOf(scheduled) }),
 * });
 */
export function onDemand<
  const Name extends string,
  O extends Types,
  Q extends Types = Record<never, AnyType>,
  R extends Readonly<Record<string, FeatureRef>> = Record<never, FeatureRef>,
>(
  name: Name,
  options: {
    /** What the request or the label row must carry. */
    readonly request?: Q;
    /** Features it reads: `{ delay: originDelays.f.mean_delay_3h }`. */
    readonly features?: R;
    readonly outputs: O;
    readonly compute: (
      inputs: InputsOf<Q, R>,
      context: OnDemandContext,
    ) => { readonly [K in keyof O]: JsInput<O[K]> | null };
    readonly description?: string;
    readonly owner?: string;
  },
): OnDemand<Name, Q, O, AskedOf<Q, R>> {
  const { request, features, ...rest } = options;
  return Object.freeze({
    declares: "onDemand",
    name,
    request: request ?? ({} as Q),
    features: features ?? {},
    ...rest,
  }) as OnDemand<Name, Q, O, AskedOf<Q, R>>;
}
