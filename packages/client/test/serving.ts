import type { Value } from "@lockstep/core";
import { createHandler, type HandlerOptions } from "@lockstep/server";
import { expect } from "vitest";
import type { flightDelay } from "../../../feature_repo/src/features.js";
import { type Cell, example, fakeReader, healthy } from "../../../server/test/example.js";
import { type Client, type ClientOptions, createClient, type Fetch, LockstepClientError } from "../src/index.js";

export const URL = "http://test";

interface Variables {
  readonly entities: readonly Readonly<Record<string, unknown>>[];
  readonly at?: string;
}

/** A request for features as it was sent; those for the catalog are not among them. */
export interface Sent {
  readonly query: string;
  readonly variables: Variables;
  readonly signal: AbortSignal;
}

export type Cells = (column: string, row: Readonly<Record<string, unknown>>) => Cell;

/** The example's server without a socket, and what it was sent. */
export function serving(cells: Cells, options: Partial<HandlerOptions> = {}) {
  const reader = fakeReader(example, cells);
  const handler = createHandler({ reader, repo: example, health: healthy, log: () => {}, ...options });
  const sent: Sent[] = [];
  const fetch: Fetch = (url, init) => {
    const body = JSON.parse(init.body);
    if (!body.query.includes("_catalog_service")) sent.push({ ...body, signal: init.signal });
    return handler.fetch(url, init);
  };
  return { reader, sent, fetch };
}

export const flights = (options: Partial<ClientOptions<typeof flightDelay>>): Client<typeof flightDelay> =>
  createClient<typeof flightDelay>({ url: URL, service: "flight_delay", ...options });

export const from = (origin: string | null) => ({ origin, destination: "SFO", scheduled: 983448000000001n });

/** A number of flights that tells each origin's row from the others'. */
export const byOrigin: Cells = (column, { origin }) => ({
  value: (column.endsWith("flights_3h") ? BigInt(String(origin).length) : null) as Value,
});

export const failure = (call: Promise<unknown>): Promise<LockstepClientError> =>
  call.then(
    () => expect.unreachable(),
    (error) => {
      expect(error).toBeInstanceOf(LockstepClientError);
      return error;
    },
  );
