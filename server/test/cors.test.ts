import { request } from "node:http";
import { expect, test } from "vitest";
import { createHandler, type HandlerOptions, startServer } from "../src/index.js";
import { example, fakeReader, healthy } from "./example.js";

const PAGE = "https://app.example";
const options = {
  reader: fakeReader(example, () => ({ value: 1n })),
  repo: example,
  health: healthy,
  log: () => {},
};
const PATHS: readonly (readonly [path: string, body: object])[] = [
  ["/graphql", { query: `{ flight_delay(entities: [{origin: "ORD"}]) { rows { dest { flights_1d } } } }` }],
  ["/graphql", { query: "{ _catalog { name } }" }],
  ["/features", { service: "flight_delay", entities: [{ origin: "ORD" }], features: ["dest__flights_1d"] }],
  ["/get-online-features", { features: ["dest:flights_1d"], entities: { origin: ["ORD"] } }],
];

type Ask = (path: string, init: RequestInit) => Promise<Response>;

/** The same by both ways in. `http.request`, since fetch sets an origin of its own. */
async function byBoth(cors: HandlerOptions["cors"], check: (ask: Ask) => Promise<void>, more: object = {}) {
  const handler = createHandler({ ...options, ...more, cors });
  await check((path, init) => handler.fetch(`http://test${path}`, init));
  const server = await startServer({ ...options, ...more, cors, host: "127.0.0.1", port: 0 });
  const ask: Ask = (path, { method = "GET", headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const sent = request(`${server.url}${path}`, { method, headers: headers as Record<string, string> }, (reply) => {
        reply.resume();
        const { statusCode = 0 } = reply;
        const init = { status: statusCode, headers: reply.headers as Record<string, string> };
        resolve(new Response(null, init));
      });
      sent.once("error", reject).end(body);
    });
  await check(ask).finally(() => server.close());
}

const post = (body: object, origin = PAGE): RequestInit => ({
  method: "POST",
  headers: { origin, "content-type": "application/json" },
  body: JSON.stringify(body),
});
const preflight = (origin = PAGE): RequestInit => ({
  method: "OPTIONS",
  headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
});
const crossing = (response: Response) =>
  Object.fromEntries([...response.headers].filter(([name]) => name.startsWith("access-control-")));

const EXPOSED = { "access-control-expose-headers": "x-request-id, retry-after" };

test("off unless asked for", async () => {
  await byBoth(undefined, async (ask) => {
    for (const [path, body] of PATHS) {
      const answer = await ask(path, post(body));
      expect([answer.status, crossing(answer)]).toEqual([200, {}]);
      expect(crossing(await ask(path, preflight()))).toEqual({});
    }
  });
});

test("a page that is named is let in on every route, and others are not", async () => {
  await byBoth({ origins: [PAGE] }, async (ask) => {
    for (const [path, body] of [...PATHS, ["/readyz", {}], ["/metrics", {}]] as const) {
      const init = path === "/readyz" || path === "/metrics" ? { headers: { origin: PAGE } } : post(body);
      const answer = await ask(path, init);
      expect([path, answer.status, crossing(answer)]).toEqual([
        path,
        200,
        { "access-control-allow-origin": PAGE, ...EXPOSED },
      ]);
      expect(answer.headers.get("vary")).toContain("origin");
      const asked = await ask(path, preflight());
      expect(asked.status).toBe(204);
      expect(crossing(asked)).toMatchObject({
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": expect.stringContaining("authorization, content-type, x-api-key"),
        "access-control-max-age": "600",
      });
      const other = await ask(path, preflight("https://other.example"));
      expect([crossing(other), other.headers.get("vary")]).toEqual([{}, "origin"]);
      expect(crossing(await ask(path, post(body, "https://other.example")))).toEqual({});
    }
    const features = await ask("/features", post(PATHS[2]?.[1] ?? {}));
    expect(features.headers.get("vary")?.split(/, */).sort()).toEqual(["accept", "origin"]);
    expect((await ask("/features", { method: "OPTIONS" })).status).toBe(405);
  });
});

test("a page can read why it was refused, and asks before it has shown credentials", async () => {
  const auth = { keys: [{ name: "a", sha256: "0".repeat(64) }] };
  const { createAuthenticator } = await import("../src/auth/authenticate.js");
  const more = { auth, authenticator: createAuthenticator(auth) };
  const check = async (ask: Ask) => {
    for (const [path, body] of PATHS) {
      expect((await ask(path, preflight())).status).toBe(204);
      const refused = await ask(path, post(body));
      expect([refused.status, crossing(refused)["access-control-allow-origin"]]).toEqual([401, PAGE]);
    }
  };
  await byBoth({ origins: [PAGE] }, check, more);
});

test("all pages, never with credentials; named ones with credentials where that is said", async () => {
  const [path, body] = PATHS[2] ?? ["", {}];
  await byBoth({ origins: ["*"] }, async (ask) => {
    expect(crossing(await ask(path, post(body)))).toEqual({ "access-control-allow-origin": "*", ...EXPOSED });
  });
  await byBoth({ origins: ["*", PAGE], credentials: true }, async (ask) => {
    const named = { "access-control-allow-origin": PAGE, "access-control-allow-credentials": "true" };
    expect(crossing(await ask(path, post(body)))).toEqual({ ...named, ...EXPOSED });
    expect(crossing(await ask(path, preflight()))).toMatchObject(named);
    expect(crossing(await ask(path, post(body, "https://other.example")))).toEqual({});
    expect(crossing(await ask(path, preflight("https://other.example")))).toEqual({});
  });
});
