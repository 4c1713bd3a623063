import type { AnswerOf as DeclaredAnswer, RequestOf as DeclaredRequest, FeatureService, Mistake } from "@lockstep/core";
import type { Catalog } from "./catalog.js";

/** A feature service as `fs codegen` writes it: how to ask for it, and what its requests and answers hold. */
export interface Service<Name extends string, Request extends object, Answer extends object> extends Catalog {
  readonly name: Name;
  readonly "~request"?: Request;
  readonly "~answer"?: Answer;
}

/** A feature service, as it is declared or as `fs codegen` writes it. */
export type AnyService = FeatureService | Service<string, object, object>;

export type ServiceName<S extends AnyService> = AnyService extends S
  ? Mistake<"say whose types these are: createClient<typeof nextOrder>({ ... }), or give the service that fs codegen wrote">
  : S["name"];

/** What a request gives for one row: entity keys and request fields. */
export type RequestOf<S> =
  S extends Service<string, infer Request, object>
    ? Request
    : { readonly [K in keyof DeclaredRequest<S>]: Taken<DeclaredRequest<S>[K]> };

/** What an answer holds for one row: every feature by its column's name. */
export type AnswerOf<S> =
  S extends Service<string, object, infer Answer>
    ? Answer
    : { readonly [K in keyof DeclaredAnswer<S>]: Given<DeclaredAnswer<S>[K]> };

export type ColumnName<S> = keyof AnswerOf<S> & string;

/** What may be given. Of all types only a vector is a list without nulls. */
export type Taken<T> = T extends number[] ? readonly number[] | Float32Array | Float64Array : T;

/** A vector is a Float32Array, however deep it lies. */
type Given<T> = T extends number[]
  ? Float32Array
  : T extends Uint8Array
    ? T
    : T extends (infer E)[]
      ? Given<E>[]
      : T extends object
        ? { [K in keyof T]: Given<T[K]> }
        : T;
