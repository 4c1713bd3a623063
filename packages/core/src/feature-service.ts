import type { Member } from "./feature-view.js";
import type { JsInput, JsOf, Types } from "./types.js";

/** The features of one model, under one name, as training frames and requests ask for them. */
export interface FeatureService<
  Name extends string = string,
  Inputs extends Types = Types,
  Columns extends Types = Types,
> {
  readonly declares: "featureService";
  readonly name: Name;
  readonly members: readonly Member[];
  readonly description?: string;
  readonly owner?: string;
  readonly "~inputs"?: Inputs;
  readonly "~columns"?: Columns;
}

type Intersect<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void ? I : never;
type Flat<T> = { readonly [K in keyof T]: T[K] };
type InputsOf<M> = M extends Member<infer I, Types> ? I : never;
type ColumnsOf<M> = M extends Member<Types, infer C> ? C : never;

/** What a request must give for one row: entity keys and request fields. */
export type RequestOf<S> =
  S extends FeatureService<string, infer I, Types> ? { readonly [K in keyof I]: JsInput<I[K]> | null } : never;
/** What an answer or a frame's row holds: every feature by its column's name. */
export type AnswerOf<S> =
  S extends FeatureService<string, Types, infer C> ? { readonly [K in keyof C]: JsOf<C[K]> | null } : never;

/**
 * Declares a feature service.
 * @example const flightDelay = featureService("flight_delay", [originDelays, originDelays.as("dest", { origin: "destination" })]);
 */
export function featureService<const Name extends string, const M extends readonly Member[]>(
  name: Name,
  members: M,
  options: { readonly description?: string; readonly owner?: string } = {},
): FeatureService<
  Name,
  Extract<Flat<Intersect<InputsOf<M[number]>>>, Types>,
  Extract<Flat<Intersect<ColumnsOf<M[number]>>>, Types>
> {
  return Object.freeze({ declares: "featureService", name, members, ...options });
}
