import type { Instant, Mistake, PushAnswer, Status } from "@lockstep/core";
import type { RowError } from "./error.js";
import type { Fetch } from "./post.js";
import type { AnswerOf, AnyService, ColumnName, RequestOf, ServiceName } from "./service.js";
import type { AnySource, PushRow, SourceName } from "./source.js";

export interface ConnectionOptions {
  /** Where the server is: `http://features:4000`, or the whole address of its `/graphql`. */
  readonly url: string;
  /** Default: the platform's. */
  readonly fetch?: Fetch;
  /** Sent with each request: an authorization, for one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For a call, with all of its attempts. Default: 10 s. */
  readonly timeoutMs?: number;
  /** For each attempt, which is an HTTP request. Default: 5 s. */
  readonly attemptTimeoutMs?: number;
  /** How often a request is made again that was not answered and may be soon. Default: 2. */
  readonly retries?: number;
}

export interface ClientOptions<S extends AnyService> extends ConnectionOptions {
  /** Its name; or what `fs codegen` wrote of it, which spares asking the server for the catalog. */
  readonly service: ServiceName<S> | S;
  /** Calls of one tick share a request of up to so many rows. Default: 1,000; with 0 each call is a request of its own. */
  readonly batchRows?: number;
}

/** How long a call may take. */
export interface PushOptions {
  readonly signal?: AbortSignal;
  /** Default: the client's. */
  readonly timeoutMs?: number;
}

export interface CallOptions extends PushOptions {
  /** The instant asked about, as microseconds or ISO text. Default: now, by the server's clock. */
  readonly at?:
    | Instant
    | string
    | Mistake<"an instant is a bigint of microseconds, or ISO text: write date.toISOString()">;
}

/** One row: its values, and why those that are null are. */
export interface ReadRow<S, C extends ColumnName<S> = ColumnName<S>> {
  readonly values: Pick<AnswerOf<S>, C>;
  /** Null for a cell that failed. */
  readonly statuses: { readonly [K in C]: Status | null };
}

export interface ReadAnswer<S, C extends ColumnName<S> = ColumnName<S>> {
  /** The one instant that every value is of, in UTC microseconds. */
  readonly t: Instant;
  /** Up to when the views read have been materialized. */
  readonly watermark: Instant | null;
  /** A row for each that was asked for, in that order. */
  readonly rows: readonly ReadRow<S, C>[];
  /** The cells that failed; their values are null. */
  readonly errors: readonly RowError[];
}

export interface Pusher {
  /**
   * Puts rows of a source into the online store at once. An answer for each, in their order; one that is REJECTED holds
   * up no others. A call that fails may be made again: what was taken is a DUPLICATE then.
   * @example
   * const answers = await client.push<typeof orders>("orders", [{ customer_id: "c1", ordered_at: 0n, amount: 7 }]);
   */
  push<S extends AnySource>(
    source: SourceName<S> | S,
    rows: readonly PushRow<S>[],
    options?: PushOptions,
  ): Promise<readonly PushAnswer[]>;
}

export interface Client<S> extends Pusher {
  /** All features for each row. A cell that fails fails the call: `read` gives the rest of such an answer. */
  features(rows: readonly RequestOf<S>[], options?: CallOptions): Promise<AnswerOf<S>[]>;
  /** Values and statuses, of all columns or of some: the server reads only what is asked for. */
  read<const C extends ColumnName<S> = ColumnName<S>>(
    rows: readonly RequestOf<S>[],
    options?: CallOptions & { readonly columns?: readonly C[] },
  ): Promise<ReadAnswer<S, C>>;
  /** The GraphQL text that `features` sends, or `read` where statuses are asked for. */
  query(options?: { readonly columns?: readonly ColumnName<S>[]; readonly statuses?: boolean }): Promise<string>;
}
