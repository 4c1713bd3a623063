import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileRepo } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { type RunningServer, startServer } from "@lockstep/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { everything } from "../../server/test/every-type.js";
import { healthy } from "../../server/test/example.js";
import { lmdbFolder } from "../support/lmdb-folder.js";
import { servePushes } from "../support/serve-pushes.js";
import { bundled } from "./bundled.js";
import { ROWS, shown, T } from "./exact-values.js";
import { RUNTIMES } from "./runtimes.js";
import { type TroubledServer, troubledServer } from "./troubled-server.js";

const ends: (() => unknown)[] = [];
let server: RunningServer;
let troubled: TroubledServer;
let script: string;

beforeAll(async () => {
  const db = await Database.open({ threads: 2 });
  const { store, end } = await lmdbFolder();
  const rows = { things: ROWS.map((row) => ({ at: T, ...row })) };
  const compiled = compileRepo("p", [everything]);
  const { reader, pusher } = await servePushes(db, store, compiled, rows, T, () => T + 1n);
  const folder = await mkdtemp(join(tmpdir(), "lockstep-runtimes-"));
  const text = await bundled("main.ts");
  script = join(folder, "main.mjs");
  await writeFile(script, text);
  troubled = await troubledServer(text, () => server.url);
  server = await startServer({
    reader,
    pusher,
    repo: compiled.ir,
    health: healthy,
    host: "127.0.0.1",
    port: 0,
    log: () => {},
    cors: { origins: [troubled.url] },
  });
  ends.push(
    () => server.close(),
    troubled.close,
    end,
    () => db.close(),
    () => rm(folder, { recursive: true }),
  );
});
afterAll(async () => {
  for (const end of ends) await end();
});

const values = ({ id: _, region: __, ...row }: (typeof ROWS)[number]) => ({
  ...Object.fromEntries(Object.entries(row).map(([name, value]) => [`every__${name}`, value])),
  echo__fine: true,
});
const [first, second] = ROWS.map((row) => row.an_int64);
const present = { every__an_int64: "PRESENT", every__a_vector: "PRESENT" };
const missing = { every__an_int64: "MISSING", every__a_vector: "MISSING" };

const EXPECTED = {
  values: ROWS.map(values),
  named: ROWS.map(values),
  statuses: {
    t: T + 1n,
    watermark: T,
    rows: [
      { values: { every__an_int64: ROWS[0].an_int64, every__a_vector: ROWS[0].a_vector }, statuses: present },
      { values: { every__an_int64: null, every__a_vector: null }, statuses: missing },
    ],
    errors: [],
  },
  batching: { requests: 1, ints: [[first], [second, null, first], [second]] },
  abort: { given: "ABORTED", kept: 1, requests: 1 },
  timeout: "TIMEOUT",
  retry: { rows: 1, requests: 2 },
  push: {
    answers: [
      { status: "ACCEPTED" },
      {
        status: "REJECTED",
        code: "ROW_INVALID",
        reason: "column 'id' is null, and without it a row is no event",
      },
    ],
    again: [{ status: "DUPLICATE" }],
    read: [values(ROWS[1])],
  },
  wrong: "VALUE_INVALID",
};

// The first time, Bun, Deno and Chromium may have to be installed.
test.each(Object.entries(RUNTIMES))("the client in %s", { timeout: 300_000 }, async (_, run) => {
  const said = await run(script, server.url, troubled);
  expect(JSON.parse(said)).toEqual(shown(EXPECTED));
});
