import { compileRepo, featureService } from "@lockstep/core";
import { expect, test } from "vitest";
import * as features from "../../feature_repo/src/features.js";
import { sha256 } from "../src/auth/api-keys.js";
import { createAuthenticator, createHandler } from "../src/index.js";
import { fakeReader, healthy } from "./example.js";

// Two of the same, of which a caller may see one.
const repo = compileRepo("p", [
  featureService("seen", [features.originDelays]),
  featureService("hidden", [features.routeHistory]),
]).ir;

const KEYS = [
  { name: "some", sha256: sha256("k-some").toString("hex"), services: ["seen"] },
  { name: "none", sha256: sha256("k-none").toString("hex"), operations: ["operate"] as const },
];
const handler = createHandler({
  reader: fakeReader(repo, () => ({ value: 1n })),
  repo,
  health: healthy,
  log: () => {},
  authenticator: createAuthenticator({ keys: KEYS }),
});

async function post(path: string, body: unknown, key: string | null, headers: Readonly<Record<string, string>> = {}) {
  const response = await handler.fetch(`http://test${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-request-id": "r",
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const entities = { origin: ["ORD"], destination: ["SFO"] };
/** Every way to name a service, and what belongs to one. */
const WAYS: readonly (readonly [path: string, of: (service: string, view: string) => object])[] = [
  ["/features", (service) => ({ service, entities })],
  ["/features", (service) => ({ service, entities: [], features: ["no"] })],
  ["/get-online-features", (feature_service) => ({ feature_service, entities })],
  ["/get-online-features", (_, view) => ({ features: [`${view}:flights_7d`], entities })],
  ["/graphql", (service) => ({ query: `{ ${service}(entities: [{origin: "ORD"}]) { t } }` })],
  ["/graphql", (service) => ({ query: `{ _catalog_service(name: "${service}") { name } }` })],
];

test.each(WAYS)("%s answers for a service that isn't permitted as for one that there is not", async (path, of) => {
  for (const key of ["k-some", "k-none"]) {
    const hidden = await post(path, of("hidden", "route_history"), key);
    const unknown = await post(path, of("absent", "other_history"), key);
    expect(hidden.status).toBe(unknown.status);
    expect(hidden.text.replaceAll("hidden", "absent").replaceAll("route_", "other_")).toBe(unknown.text);
    expect([...hidden.headers.keys()]).toEqual([...unknown.headers.keys()]);
  }
});

test("who may not read is told so, whatever is asked for and however", async () => {
  for (const [path, of] of WAYS.filter(([p]) => p !== "/graphql")) {
    for (const service of ["seen", "hidden", "absent"]) {
      const { status, text } = await post(path, of(service, "route_history"), "k-none");
      expect([status, JSON.parse(text).error.code]).toEqual([403, "FORBIDDEN"]);
    }
  }
});

test("at the door, errors have the shape of the path's own", async () => {
  for (const [path, of] of WAYS) {
    for (const key of [null, "k-wrong"]) {
      const { status, headers, text } = await post(path, of("seen", "origin_delays"), key);
      expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
      const told = JSON.parse(text);
      if (path === "/graphql") expect(told).toMatchObject({ errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
      else
        expect(told).toEqual({
          error: { code: "UNAUTHENTICATED", message: expect.any(String), mend: expect.any(String) },
        });
    }
  }
  const metrics = await handler.fetch("http://test/metrics", { headers: { authorization: "Bearer k-some" } });
  expect([metrics.status, (await metrics.json()).error.code]).toEqual([403, "FORBIDDEN"]);
  const wrong = await handler.fetch("http://test/features", { headers: { authorization: "Bearer k-some" } });
  expect([wrong.status, wrong.headers.get("allow"), (await wrong.json()).error.code]).toEqual([
    405,
    "POST",
    "METHOD_NOT_ALLOWED",
  ]);
});

test("a body that is said to be no JSON is 415", async () => {
  const asked = [
    ["/features", { service: "seen", entities, features: ["origin_delays__flights_1d"] }],
    ["/get-online-features", { features: ["origin_delays:flights_1d"], entities: { origin: ["ORD"] } }],
  ] as const;
  for (const [path, body] of asked) {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/jsonp",
      "multipart/form-data",
    ]) {
      const { status, text } = await post(path, body, "k-some", { "content-type": type });
      expect([type, status, JSON.parse(text).error.code]).toEqual([type, 415, "CONTENT_TYPE"]);
    }
    for (const type of [
      "application/json",
      "application/json;charset=UTF-8",
      "Application/JSON",
      "application/vnd.x+json",
    ]) {
      expect([type, (await post(path, body, "k-some", { "content-type": type })).status]).toEqual([type, 200]);
    }
    // Feast's SDK says nothing.
    const untyped = await handler.fetch(`http://test${path}`, {
      method: "POST",
      headers: { authorization: "Bearer k-some" },
      body: new TextEncoder().encode(JSON.stringify(body)),
    });
    expect([untyped.status, path]).toEqual([200, path]);
  }
  const graphql = await post("/graphql", "{ _catalog { name } }", "k-some", { "content-type": "text/plain" });
  expect(graphql.status).toBe(415);
});
