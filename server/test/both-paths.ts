import type { RepoIR } from "@lockstep/core";
import type { FeatureReader } from "@lockstep/online";
import { expect } from "vitest";
import { createHandler, type HandlerOptions } from "../src/index.js";
import type { Route } from "../src/pipeline.js";
import { QueryPlans } from "../src/query-plans.js";
import { queryRoute } from "../src/query-route.js";
import { buildSchema } from "../src/schema.js";
import { serviceShapes } from "../src/service-shape.js";
import { yogaServer } from "../src/yoga.js";
import { healthy } from "./example.js";

export interface Asked {
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

/** Answers GraphQL from a plan and by Yoga alone, and compares. */
export function bothPaths(repo: RepoIR, reader: FeatureReader) {
  const options: HandlerOptions = { reader, repo, health: healthy, log: () => {} };
  const schema = buildSchema(repo);
  const planned = createHandler(options);
  const yoga = yogaServer(
    options,
    async () => schema,
    1_000_000,
    () => {},
  );
  const plans = new QueryPlans(schema, serviceShapes(repo));
  const route: Route = queryRoute({ plans: () => plans, maxBodyBytes: 1_000_000, origins: false, log: () => {} });

  /** Whether the request has a plan at all. */
  const isPlanned = async (asked: Asked, headers: Readonly<Record<string, string>> = HEADERS): Promise<boolean> => {
    const body = Buffer.from(JSON.stringify(asked));
    return (await route.parse({ path: "/graphql", header: (name) => headers[name], body })) !== null;
  };

  /** Gives the answer, once both are the same to the byte. */
  const same = async (asked: Asked, headers: Readonly<Record<string, string>> = HEADERS) => {
    const init = { method: "POST", headers, body: JSON.stringify(asked) };
    const [one, other] = await Promise.all(
      [planned, yoga].map(async (server) => {
        const response = await server.fetch("http://test/graphql", init);
        return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
      }),
    );
    expect(one).toEqual(other);
    return JSON.parse(one?.text ?? "");
  };
  return { same, isPlanned };
}

export const HEADERS = { "content-type": "application/json", accept: "application/json", "x-request-id": "r-1" };
