import { createHash } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuthSettings } from "@lockstep/core";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuthenticator, createHandler } from "../src/index.js";
import { ask } from "./ask.js";
import { fakeReader, healthy } from "./example.js";
import { twoServices } from "./two-services.js";

const sha256 = (key: string) => createHash("sha256").update(key).digest("hex");

const KEYS: AuthSettings["keys"] = [
  { name: "everything", sha256: sha256("k-all"), operations: ["read", "push", "introspect", "operate"] },
  { name: "reads", sha256: sha256("k-read") },
  { name: "origins", sha256: sha256("k-origins"), services: ["origins_only"], operations: ["read", "introspect"] },
  { name: "operator", sha256: sha256("k-operate"), operations: ["operate"] },
];

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

function handlerOf(auth: AuthSettings) {
  const reader = fakeReader(twoServices, () => ({ value: null }));
  const lines: string[] = [];
  const authenticator = createAuthenticator(auth, (error) => lines.push(String(error)));
  closers.push(authenticator.close);
  const options = { reader, repo: twoServices, health: healthy, log: (line: string) => lines.push(line) };
  return { reader, lines, handler: createHandler({ ...options, authenticator, logRequests: true }) };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const FLIGHT = `{ flight_delay(entities: [{origin: "ORD"}]) { rows { dest { flights_1d } } } }`;
const ORIGINS = `{ origins_only(entities: [{origin: "ORD"}]) { rows { origin_delays { flights_3h } } } }`;

test("no key and a wrong key are 401, with a code and no more", async () => {
  const { handler, reader } = handlerOf({ keys: KEYS });
  for (const headers of [{}, bearer("wrong"), { authorization: "Basic k-all" }, { "x-api-key": "k-al" }]) {
    const reply = await ask(handler, FLIGHT, {}, headers);
    expect([reply.status, reply.errors[0]?.extensions["code"]]).toEqual([401, "UNAUTHENTICATED"]);
    expect(reply.text).not.toMatch(/flight_delay|k-|sha/);
  }
  expect(reader.calls).toEqual([]);
  const response = await handler.fetch("http://test/graphql");
  expect(response.headers.get("www-authenticate")).toBe("Bearer");
});

test("a key reads what it is permitted, by either header", async () => {
  const { handler } = handlerOf({ keys: KEYS });
  expect((await ask(handler, FLIGHT, {}, bearer("k-read"))).errors).toEqual([]);
  expect((await ask(handler, FLIGHT, {}, { "x-api-key": "k-all" })).errors).toEqual([]);
  expect((await ask(handler, ORIGINS, {}, bearer("k-origins"))).errors).toEqual([]);
});

test("what a key doesn't permit does not exist for it: fields, types, catalog, suggestions", async () => {
  const { handler, reader } = handlerOf({ keys: KEYS });
  const refused = await ask(handler, FLIGHT, {}, bearer("k-origins"));
  expect(refused.errors.map((e) => e.extensions["code"])).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
  expect(reader.calls).toEqual([]);
  const near = await ask(handler, "{ flight_delayy { t } }", {}, bearer("k-origins"));
  expect(near.text).not.toContain("Did you mean");
  const near2 = await ask(handler, "{ origin_only { t } }", {}, bearer("k-origins"));
  expect(near2.text).not.toContain("flight_delay");
  const all = await ask(handler, "{ __schema { types { name } } _catalog { name } }", {}, bearer("k-origins"));
  expect(all.data._catalog).toEqual([{ name: "origins_only" }]);
  expect(all.text).not.toMatch(/Flight|RouteHistory|Departure/);
  const catalog = await ask(handler, '{ _catalog_service(name: "flight_delay") { name } }', {}, bearer("k-origins"));
  expect(catalog.errors[0]?.extensions["code"]).toBe("SERVICE_UNKNOWN");
  expect(catalog.errors[0]?.extensions["mend"]).toBe("choose one of origins_only");
  const operator = await ask(handler, "{ _catalog { name } }", {}, bearer("k-operate"));
  expect(operator.data._catalog).toEqual([]);
});

test("the ways in beside GraphQL have the same door, and know of the same services", async () => {
  const { handler, reader } = handlerOf({ keys: KEYS });
  const post = async (path: string, body: object, headers: Readonly<Record<string, string>>) => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    };
    const response = await handler.fetch(`http://test${path}`, init);
    expect(response.headers.get("x-request-id")).toBeTruthy();
    return [response.status, await response.text()] as const;
  };
  const entities = { origin: ["ORD"] };
  const own = { service: "origins_only", entities };
  const feast = { features: ["origin_delays:flights_3h"], entities };
  const asked = [
    ["/features", own, { ...own, service: "flight_delay" }],
    ["/get-online-features", feast, { ...feast, features: ["dest:flights_1d"] }],
    [
      "/get-online-features",
      { feature_service: "origins_only", entities },
      { feature_service: "flight_delay", entities, full_feature_names: true },
    ],
  ] as const;
  for (const [path, permitted, other] of asked) {
    expect((await post(path, permitted, {}))[0]).toBe(401);
    expect((await post(path, permitted, bearer("k-wrong")))[0]).toBe(401);
    expect(reader.calls).toEqual([]);
    expect((await post(path, permitted, bearer("k-origins")))[0]).toBe(200);
    expect(reader.calls.splice(0)).toMatchObject([{ service: "origins_only" }]);
    const [status, text] = await post(path, other, bearer("k-origins"));
    expect([status, text]).toEqual([404, expect.stringMatching(/SERVICE_UNKNOWN|FEATURE_UNKNOWN/)]);
    expect(text.replaceAll("'flight_delay'", "")).not.toContain("flight_delay");
    expect(reader.calls).toEqual([]);
    expect((await post(path, other, bearer("k-all")))[0]).toBe(200);
    expect(reader.calls.splice(0)).toMatchObject([{ service: "flight_delay" }]);
    expect((await handler.fetch(`http://test${path}`)).status).toBe(401);
    expect((await handler.fetch(`http://test${path}`, { headers: bearer("k-read") })).status).toBe(405);
  }
});

test("introspection is an operation of its own", async () => {
  const { handler } = handlerOf({ keys: KEYS });
  for (const query of ["{ __schema { queryType { name } } }", '{ __type(name: "Query") { name } }']) {
    expect((await ask(handler, query, {}, bearer("k-all"))).errors).toEqual([]);
    const refused = await ask(handler, query, {}, bearer("k-read"));
    expect(refused.data).toBeNull();
    expect(refused.errors[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
    // The same document again, from the cache.
    expect((await ask(handler, query, {}, bearer("k-read"))).data).toBeNull();
    expect((await ask(handler, query, {}, bearer("k-all"))).errors).toEqual([]);
  }
  expect((await ask(handler, "{ __typename }", {}, bearer("k-read"))).data).toEqual({ __typename: "Query" });
});

test("health needs no key, its details and the metrics do", async () => {
  const { handler } = handlerOf({ keys: KEYS });
  const get = async (path: string, headers = {}) => {
    const response = await handler.fetch(`http://test${path}`, { headers });
    return [response.status, await response.text()] as const;
  };
  expect(await get("/healthz")).toEqual([200, '{"live":true}\n']);
  expect(await get("/readyz")).toEqual([200, '{"ready":true}\n']);
  expect(await get("/readyz", bearer("k-read"))).toEqual([200, '{"ready":true}\n']);
  expect((await get("/readyz", bearer("k-operate")))[1]).toContain("origin_delays");
  expect((await get("/metrics"))[0]).toBe(401);
  expect((await get("/metrics", bearer("k-read")))[0]).toBe(403);
  expect((await get("/metrics", bearer("k-operate")))[1]).toContain("lockstep_requests_total");
});

test("logs name the caller, and never a key or a value", async () => {
  const { handler, lines } = handlerOf({ keys: KEYS });
  await ask(handler, FLIGHT.replace("ORD", "TOP-SECRET"), {}, { ...bearer("k-read"), "x-request-id": "r-7" });
  await ask(handler, FLIGHT, {}, bearer("k-wrong"));
  const [read, refused] = lines.map((line) => JSON.parse(line));
  expect(read).toMatchObject({
    level: "info",
    event: "request",
    requestId: "r-7",
    caller: "reads",
    status: 200,
    operation: "read",
    service: "flight_delay",
    rows: 1,
  });
  expect(refused).toMatchObject({ status: 401, codes: ["UNAUTHENTICATED"] });
  expect(lines.join()).not.toMatch(/k-read|k-wrong|TOP-SECRET/);
});

const ISSUER = "https://issuer.example";
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let other: typeof keys;
let jwks: string;

beforeAll(async () => {
  keys = await generateKeyPair("ES256");
  other = await generateKeyPair("ES256");
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: "one", alg: "ES256" }] });
});

interface TokenParts {
  readonly claims?: object;
  readonly issuer?: string;
  readonly audience?: string;
  readonly end?: number | string;
  readonly kid?: string;
  readonly key?: CryptoKey;
}

function token({ claims = { scope: "all" }, issuer = ISSUER, audience = "features", end = "5m", ...by }: TokenParts) {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: "ES256", kid: by.kid ?? "one" })
    .setSubject("svc-a")
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(end)
    .sign(by.key ?? (keys.privateKey as CryptoKey));
}

const tokens = (source: string): AuthSettings => ({
  keys: KEYS,
  tokens: {
    jwks: source,
    issuer: ISSUER,
    audience: ["features"],
    algorithms: ["ES256"],
    clockToleranceSeconds: 5,
    claim: "scope",
    grants: {
      all: { operations: ["read", "introspect"] },
      origins: { services: ["origins_only"] },
      watch: { operations: ["operate"] },
    },
  },
});

async function fileOf(content: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "lockstep-jwks-")), "jwks.json");
  await writeFile(path, content);
  return path;
}

test("tokens: good ones read what their claim grants, of others the reason is told", async () => {
  const { handler } = handlerOf(tokens(await fileOf(jwks)));
  const status = async (text: string, query = FLIGHT) => {
    const reply = await ask(handler, query, {}, bearer(text));
    return [reply.status, reply.errors[0]?.message ?? null];
  };
  expect(await status(await token({}))).toEqual([200, null]);
  expect(await status(await token({ claims: { scope: ["watch", "origins"] } }), ORIGINS)).toEqual([200, null]);
  expect((await status(await token({ claims: { scope: "watch origins" } })))[1]).toContain("Cannot query field");
  expect(await status(await token({ claims: { scope: "others" } }))).toEqual([
    403,
    "the token is good, and grants nothing here",
  ]);
  const why = async (parts: TokenParts) => (await status(await token(parts)))[1];
  expect(await why({ issuer: "https://other.example" })).toMatch("of another issuer");
  expect(await why({ audience: "others" })).toMatch("for another audience");
  expect(await why({ end: Math.floor(Date.now() / 1000) - 60 })).toMatch("expired");
  expect(await why({ end: Math.floor(Date.now() / 1000) - 1 })).toBeNull();
  expect(await why({ key: other.privateKey as CryptoKey })).toMatch("signature is wrong");
  expect(await why({ kid: "two" })).toMatch("no such key");
  const [head, , mac] = (await token({})).split(".");
  expect((await status(`${head}.e30.${mac}`))[0]).toBe(401);
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  expect((await status(`${none}.e30.AA`))[0]).toBe(401);
  // Keys still do beside tokens.
  expect(await status("k-read")).toEqual([200, null]);
});

test("keys from a URL are asked for once; while they can't be had the answer is 503", async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.setHeader("content-type", "application/json").end(jwks);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { handler } = handlerOf(tokens(`http://127.0.0.1:${port}/jwks`));
  for (const claims of [{ scope: "all" }, { scope: "all", n: 1 }, { scope: "all", n: 2 }]) {
    expect((await ask(handler, FLIGHT, {}, bearer(await token({ claims })))).errors).toEqual([]);
  }
  expect(asked).toBe(1);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const down = handlerOf(tokens(`http://127.0.0.1:${port}/jwks`));
  const reply = await ask(down.handler, FLIGHT, {}, bearer(await token({})));
  expect([reply.status, reply.errors[0]?.extensions["code"]]).toEqual([503, "AUTH_UNAVAILABLE"]);
  expect(reply.text).not.toContain("127.0.0.1");
});
