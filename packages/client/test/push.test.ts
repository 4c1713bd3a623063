import { compileRepo } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import type { PushAnswer } from "@lockstep/online";
import { createHandler, type HandlerOptions, type RunningServer, startServer } from "@lockstep/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { everyType, everything, type things } from "../../../server/test/every-type.js";
import { example, fakeReader, healthy } from "../../../server/test/example.js";
import { HARD_VALUES } from "../../../server/test/hard-values.js";
import { lmdbFolder } from "../../../test/support/lmdb-folder.js";
import { servePushes } from "../../../test/support/serve-pushes.js";
import { createClient, createPusher, type Fetch, type PushRow } from "../src/index.js";
import * as generated from "./generated/services.js";
import { failure, URL } from "./serving.js";

type Thing = PushRow<typeof things>;

const T = 1_000n;
let server: RunningServer;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  const db = await Database.open({ threads: 1 });
  const { store, end } = await lmdbFolder();
  const compiled = compileRepo("p", [everything]);
  const { reader, pusher } = await servePushes(db, store, compiled, { things: [] }, T, () => 10n ** 15n);
  const options = { reader, pusher, repo: compiled.ir, health: healthy, log: () => {} };
  server = await startServer({ ...options, host: "127.0.0.1", port: 0 });
  ends.push(
    () => server.close(),
    end,
    () => db.close(),
  );
});
afterAll(async () => {
  for (const end of ends) await end();
});

const [first = {}, second = {}] = HARD_VALUES;
/** Two rows of hard values, at instants and days that the engine has as well. */
const HARD = [first, { ...second, a_timestamp: 253402300799999999n, a_date: "9999-12-31" }].map((row, i) => ({
  ...row,
  at: T + 1n,
  id: 9007199254740993n + BigInt(i),
  region: "x",
  a_vector: Float32Array.from(row["a_vector"] as number[]),
})) as unknown as (Thing & { readonly id: bigint; readonly region: string })[];

test("rows of every type, typed by the declaration or by what is generated, are read back as they were", async () => {
  const client = createClient<typeof everything>({ url: server.url, service: "everything" });
  const [declared, written] = HARD as [Thing, Thing];
  expect(await client.push<typeof things>("things", [declared])).toEqual([{ status: "ACCEPTED" }]);
  expect(await client.push(generated.things, [written])).toEqual([{ status: "ACCEPTED" }]);
  const read = await client.features(HARD.map((row) => ({ ...second, ...row })) as never);
  HARD.forEach(({ id: _, region: __, ...row }, i) => {
    const { at: ___, ...values } = row as Record<string, unknown>;
    for (const [name, value] of Object.entries(values)) {
      expect([name, (read[i] as Record<string, unknown>)[`every__${name}`]]).toEqual([name, value]);
    }
  });
});

test("an answer for each row, in their order", async () => {
  const pusher = createPusher({ url: `${server.url}/graphql` });
  const row = { at: "2001-03-01T12:00:00.000001Z", id: 5, region: "x" };
  const answers = await pusher.push<typeof things>("things", [
    row,
    { ...row, id: null },
    { ...row, at: T },
    row,
    { ...row, a_date: "soon", id: 6 },
    { ...row, id: 7n },
  ]);
  expect(answers).toEqual([
    { status: "ACCEPTED" },
    {
      status: "REJECTED",
      code: "ROW_INVALID",
      reason: "column 'id' is null, and without it a row is no event",
    },
    { status: "LATE" },
    { status: "DUPLICATE" },
    { status: "REJECTED", code: "ROW_INVALID", reason: "column 'a_date': \"soon\" is not a date" },
    { status: "ACCEPTED" },
  ]);
  expect(await pusher.push(generated.things, [])).toEqual([]);
});

test("a push whose answer was lost is made again, and counts once", async () => {
  const statuses: number[] = [];
  const losing: Fetch = async (url, init) => {
    const reply = await fetch(url, init);
    statuses.push(reply.status);
    if (statuses.length === 1) throw new TypeError("the connection was lost");
    return reply;
  };
  const pusher = createPusher({ url: server.url, fetch: losing });
  const rows = [{ at: T + 5n, id: 100, region: "lost" }];
  expect(await pusher.push(generated.things, rows)).toEqual([{ status: "DUPLICATE" }]);
  expect(statuses).toEqual([200, 200]);
});

const answered = (answers: readonly PushAnswer[]) => ({ push: async () => answers });

/** A server without a socket whose pusher answers so, what it was sent, and replies that come before its own. */
function standing(options: Partial<HandlerOptions>, before: readonly (() => Response | Promise<Response>)[] = []) {
  const reader = fakeReader(everyType, () => ({ value: null }));
  const handler = createHandler({ reader, repo: everyType, health: healthy, log: () => {}, ...options });
  const sent: { readonly url: string; readonly body: Record<string, unknown> }[] = [];
  const fetch: Fetch = (url, init) => {
    const body = JSON.parse(init.body);
    const push = url.endsWith("/push");
    const next = push ? before[sent.filter((s) => s.url === url).length] : undefined;
    sent.push({ url, body });
    return next ? next() : handler.fetch(url, init);
  };
  return { sent, fetch };
}
const paths = (sent: readonly { readonly url: string }[]) => sent.map(({ url }) => url.slice(URL.length));

test("the catalog is asked for once, and not at all where it is given", async () => {
  const { fetch, sent } = standing({ pusher: answered([{ status: "ACCEPTED", late: ["every"] }]) });
  const pusher = createPusher({ url: `${URL}//`, fetch });
  for (const id of [1, 2n]) {
    const [answer] = await pusher.push<typeof things>("things", [{ at: T, id }]);
    expect(answer).toEqual({ status: "ACCEPTED", late: ["every"] });
  }
  expect(paths(sent)).toEqual(["/graphql", "/push", "/push"]);
  expect(sent[2]?.body).toEqual({ source: "things", rows: [{ at: "1970-01-01T00:00:00.001000Z", id: "2" }] });
  const given = standing({ pusher: answered([{ status: "LATE" }]) });
  await createPusher({ url: URL, fetch: given.fetch }).push(generated.things, [{ at: "1970-01-01T00:00:00Z" }]);
  expect(paths(given.sent)).toEqual(["/push"]);
});

test("a column that the catalog doesn't know is looked for in a newer one", async () => {
  const { fetch, sent } = standing({ pusher: answered([{ status: "ACCEPTED" }]) });
  const [at, id] = generated.things.columns;
  if (!at || !id) throw new Error("it has columns");
  const older = { ...generated.things, columns: [at, id] };
  const pusher = createPusher({ url: URL, fetch });
  await pusher.push(older, [{ at: T, id: 1, a_timestamp: T, nothing: 2n ** 60n } as never]);
  expect(paths(sent)).toEqual(["/graphql", "/push"]);
  const timestamp = "1970-01-01T00:00:00.001000Z";
  expect(sent[1]?.body["rows"]).toEqual([{ at: timestamp, id: 1, a_timestamp: timestamp, nothing: String(2n ** 60n) }]);
});

const replies =
  (status: number, body = "<html>", headers = {}) =>
  () =>
    new Response(body, { status, headers });
const refused = () => Promise.reject(new TypeError("fetch failed"));

test.each([
  ["429", replies(429)],
  ["503", replies(503, '{"error":{"code":"STORE_BUSY","message":"busy"}}', { "retry-after": "0" })],
  ["no connection", refused],
])("%s is pushed again", async (_, reply) => {
  const { fetch, sent } = standing({ pusher: answered([{ status: "ACCEPTED" }]) }, [reply, reply]);
  expect(await createPusher({ url: URL, fetch }).push(generated.things, [{ id: 1 }])).toHaveLength(1);
  expect(sent).toHaveLength(3);
});

test.each([400, 401, 403, 404, 413, 415])("%i is not pushed again", async (status) => {
  const { fetch, sent } = standing({ pusher: answered([]) }, [replies(status)]);
  const { code } = await failure(createPusher({ url: URL, fetch }).push(generated.things, [{ id: 1 }]));
  expect(code).toBe(status === 413 ? "BODY_TOO_LARGE" : "BAD_RESPONSE");
  expect(sent).toHaveLength(1);
});

test("what fails as a whole says why", async () => {
  const push = (options: Partial<HandlerOptions>, name = "things") => {
    const { fetch } = standing(options);
    return failure(
      createPusher({ url: URL, fetch }).push({ ...generated.things, name } as typeof generated.things, [{}, {}]),
    );
  };
  const pusher = answered([{ status: "LATE" }]);
  expect(await push({ pusher }, "thing")).toMatchObject({
    code: "SOURCE_UNKNOWN",
    message: expect.stringContaining("did you mean 'things'?"),
    mend: "choose one of things",
  });
  expect(await push({ pusher, limits: { rows: 1 } })).toMatchObject({ code: "LIMIT_ROWS" });
  expect(await push({ pusher })).toMatchObject({ code: "ANSWER_INVALID", place: "things" });
  expect(await push({ pusher, repo: example })).toMatchObject({ code: "FORBIDDEN" });
  const { fetch } = standing({ pusher });
  const unknown = createPusher({ url: URL, fetch }).push<typeof things>("thingies" as never, []);
  expect(await failure(unknown)).toMatchObject({ code: "SOURCE_UNKNOWN" });
});

test("a call is given up when its time is over, or where its caller says so", async () => {
  const hangs = () => new Promise<Response>(() => {});
  const pusherOf = (options = {}) => {
    const { fetch, sent } = standing({ pusher: answered([{ status: "ACCEPTED" }]) }, Array(100).fill(hangs));
    return { sent, pusher: createPusher({ url: URL, fetch, ...options }) };
  };
  const push = ({ pusher }: ReturnType<typeof pusherOf>, call = {}) =>
    failure(pusher.push(generated.things, [{}], call));
  expect((await push(pusherOf({ timeoutMs: 20 }))).code).toBe("TIMEOUT");
  expect((await push(pusherOf(), { timeoutMs: 20 })).code).toBe("TIMEOUT");
  const attempts = pusherOf({ attemptTimeoutMs: 10, retries: 1 });
  expect((await push(attempts)).code).toBe("TIMEOUT");
  expect(attempts.sent).toHaveLength(2);
  const controller = new AbortController();
  const given = push(pusherOf(), { signal: controller.signal });
  controller.abort(new Error("enough"));
  expect(await given).toMatchObject({ code: "ABORTED", cause: { message: "enough" } });
});
