import { createClient, createPusher, type Fetch, LockstepClientError } from "@lockstep/client";
import { everything, things } from "../../packages/client/test/generated/services.js";
import { NOBODY, PUSHED, ROWS, shown } from "./exact-values.js";

export interface Where {
  /** A Lockstep server. */
  readonly server: string;
  /** What stands before it and hangs at `/hang`, and is busy once at `/busy/...`. */
  readonly troubled: string;
}

/** A machine may be slow; what is to time out says so itself. */
const PATIENT = { timeoutMs: 120_000, attemptTimeoutMs: 120_000, service: everything };

/** What the client does in the runtime that this runs in, as JSON. */
export async function conformance({ server, troubled }: Where): Promise<unknown> {
  return shown({
    values: await createClient({ ...PATIENT, url: server }).features(ROWS),
    named: await createClient<typeof everything>({ ...PATIENT, url: server, service: "everything" }).features(ROWS),
    statuses: await statuses(server),
    batching: await batching(server),
    abort: await abort(server),
    timeout: await codeOf(
      createClient({ ...PATIENT, url: `${troubled}/hang`, attemptTimeoutMs: 50, retries: 1 }).features(ROWS),
    ),
    retry: await retry(`${troubled}/busy/${Math.random()}`),
    push: await push(server, `${troubled}/busy/${Math.random()}`),
    wrong: await codeOf(createClient({ ...PATIENT, url: server }).features(ROWS, { at: "yesterday" })),
  });
}

/** The platform's own fetch, and how often it was called. */
function counted() {
  const count = { requests: 0 };
  const counting: Fetch = (url, init) => {
    count.requests++;
    return fetch(url, init);
  };
  return { count, fetch: counting };
}

async function statuses(url: string) {
  const client = createClient({ ...PATIENT, url });
  const columns = ["every__an_int64", "every__a_vector"] as const;
  const { t, watermark, rows, errors } = await client.read([ROWS[0], NOBODY], { columns });
  return { t, watermark, rows, errors };
}

async function batching(url: string) {
  const { count, fetch } = counted();
  const client = createClient({ ...PATIENT, url, fetch });
  const answers = await Promise.all([
    client.features([ROWS[0]]),
    client.features([ROWS[1], NOBODY, ROWS[0]]),
    client.features([ROWS[1]]),
  ]);
  return { ...count, ints: answers.map((rows) => rows.map((row) => row.every__an_int64)) };
}

async function abort(url: string) {
  const { count, fetch } = counted();
  const client = createClient({ ...PATIENT, url, fetch });
  const controller = new AbortController();
  const kept = client.features([ROWS[0]]);
  const given = codeOf(client.features([ROWS[1]], { signal: controller.signal }));
  controller.abort();
  return { given: await given, kept: (await kept).length, ...count };
}

async function retry(url: string) {
  const { count, fetch } = counted();
  const rows = await createClient({ ...PATIENT, url, fetch }).features([ROWS[0]]);
  return { rows: rows.length, ...count };
}

/** Each runtime pushes rows of its own, and reads them back. */
async function push(server: string, busy: string) {
  const client = createClient({ ...PATIENT, url: server });
  const id = BigInt(Math.floor(Math.random() * 2 ** 50)) + 2n ** 60n;
  const answers = await client.push(things, [
    { ...PUSHED, id },
    { ...PUSHED, id: null },
  ]);
  const again = await createPusher({ ...PATIENT, url: busy }).push(things, [{ ...PUSHED, id }]);
  return { answers, again, read: await client.features([{ ...ROWS[0], id }]) };
}

const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "answered",
    (error) => (error instanceof LockstepClientError ? error.code : String(error)),
  );
