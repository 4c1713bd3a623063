import type { RepoIR } from "@lockstep/core";
import type { FeatureReader } from "@lockstep/online";
import { expect } from "vitest";
import { ANYBODY } from "../src/auth/caller.js";
import { createHandler } from "../src/index.js";
import { LIMITS } from "../src/limits/limits.js";
import { createLogger } from "../src/logs/logger.js";
import { createMetrics } from "../src/metrics/metrics.js";
import type { Route } from "../src/pipeline.js";
import { queryRoute } from "../src/query-route.js";
import { requestState } from "../src/requests/request-state.js";
import { beside } from "../src/requests/states.js";
import { versions } from "../src/versions.js";
import { yogaServer } from "../src/yoga.js";
import { healthy } from "./example.js";

export interface Asked {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

/** Answers GraphQL from a plan and by Yoga alone, and compares. */
export function bothPaths(repo: RepoIR, reader: FeatureReader) {
  const log = createLogger(() => {});
  const metrics = createMetrics();
  const served = versions(repo, LIMITS);
  const planned = createHandler({ reader, repo, health: healthy, log: () => {} });
  const yoga = yogaServer({
    versions: served,
    reads: { reader, limits: LIMITS, metrics },
    pushes: { pusher: null, limits: LIMITS, metrics },
    health: healthy,
    metricsText: metrics.text,
    development: false,
    limits: LIMITS,
    persisted: undefined,
    log,
    posts: [],
  });
  const route: Route = queryRoute({
    maxBodyBytes: LIMITS.bodyBytes,
    log,
    document: ({ query }) => (typeof query === "string" ? query : null),
  });
  const newState = () => requestState(HEADERS["x-request-id"], ANYBODY, LIMITS, performance.now());

  /** Whether the request has a plan at all. */
  const isPlanned = async (asked: Asked, headers: Readonly<Record<string, string>> = HEADERS): Promise<boolean> => {
    const incoming = {
      path: "/graphql",
      header: (name: string) => headers[name],
      body: Buffer.from(JSON.stringify(asked)),
      state: newState(),
      version: await served(ANYBODY.grant),
    };
    return (await route.parse(incoming)) !== null;
  };

  /** Gives the answer, once both are the same to the byte. */
  const same = async (asked: Asked, headers: Readonly<Record<string, string>> = HEADERS) => {
    const init = { method: "POST", headers, body: JSON.stringify(asked) };
    const url = "http://test/graphql";
    const [one, other] = await Promise.all(
      [planned.fetch(url, init), yoga.fetch(url, init, beside(newState()))].map(async (asking) => {
        const response = await asking;
        return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
      }),
    );
    expect(one).toEqual(other);
    return JSON.parse(one?.text ?? "");
  };
  return { same, isPlanned };
}

export const HEADERS = { "content-type": "application/json", accept: "application/json", "x-request-id": "r-1" };
