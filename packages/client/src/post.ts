import { sleep, within } from "./abort.js";
import { backoffMs, retryAfterMs } from "./backoff.js";
import { LockstepClientError } from "./error.js";

/** As much of `fetch` as the client needs: any implementation of it fits. */
export type Fetch = (
  url: string,
  init: {
    readonly method: "POST";
    readonly headers: Record<string, string>;
    readonly body: string;
    readonly signal: AbortSignal;
  },
) => Reply | PromiseLike<Reply>;

interface Reply {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export interface Connection {
  /** Without a path of the server's, and without a slash at its end. */
  readonly url: string;
  readonly fetch: Fetch;
  readonly headers: Readonly<Record<string, string>>;
  /** For each attempt. */
  readonly timeoutMs: number;
  /** How many attempts more, after one that failed. */
  readonly retries: number;
}

/** How long somebody waits for an answer. */
export interface Patience {
  readonly signal?: AbortSignal;
  /** Of `performance.now()`. */
  readonly until?: number;
}

export interface Post<T> {
  readonly path: "/graphql" | "/push";
  readonly body: object;
  /** What the reply's JSON says; undefined: it is not a Lockstep server's. */
  readonly read: (json: Readonly<Record<string, unknown>>) => T | LockstepClientError | undefined;
}

/**
 * Posts a body, again where it was not answered and may be soon. That is safe: queries only read, and rows that are
 * pushed twice count once, by their ids. What keeps it from being answered at all is a LockstepClientError.
 */
export async function post<T>(
  connection: Connection,
  what: Post<T>,
  { signal, until = Infinity }: Patience = {},
): Promise<T> {
  const body = JSON.stringify(what.body);
  for (let retries = 0; ; retries++) {
    const { reply, again, afterMs } = await attempt(connection, what, body, signal);
    const waitMs = afterMs + backoffMs(retries);
    if (again && retries < connection.retries && performance.now() + waitMs < until) await sleep(waitMs, signal);
    else if (reply instanceof LockstepClientError) throw reply;
    else return reply;
  }
}

interface Attempt<T> {
  readonly reply: T | LockstepClientError;
  /** Another attempt may be answered, not before so long. */
  readonly again: boolean;
  readonly afterMs: number;
}

async function attempt<T>(
  { url, fetch, headers, timeoutMs }: Connection,
  what: Post<T>,
  body: string,
  outer: AbortSignal | undefined,
): Promise<Attempt<T>> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body,
  } as const;
  const address = url + what.path;
  try {
    return await within({ timeoutMs, outer }, async (signal) => {
      const reply = await fetch(address, { ...init, signal });
      const { status } = reply;
      const again = status === 429 || status >= 500;
      return {
        reply: parsed(status, await reply.text(), what),
        again,
        afterMs: again ? retryAfterMs(reply.headers.get("retry-after")) : 0,
      };
    });
  } catch (cause) {
    const reply = cause instanceof LockstepClientError ? cause : unreachable(address, cause);
    return { reply, again: outer?.aborted !== true, afterMs: 0 };
  }
}

const unreachable = (address: string, cause: unknown): LockstepClientError =>
  new LockstepClientError({
    code: "UNREACHABLE",
    message: `${address} can't be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
    mend: "check the url, and that the server runs",
    cause,
  });

/** What else may keep a path from being answered. */
const MORE = { "/graphql": "", "/push": "; a server takes rows where its configuration says `push: true`" };

function parsed<T>(status: number, text: string, { path, read }: Post<T>): T | LockstepClientError {
  try {
    const json: unknown = JSON.parse(text);
    const reply = typeof json === "object" && json !== null ? read(json as Record<string, unknown>) : undefined;
    if (reply !== undefined) return reply;
  } catch {
    // Not JSON: said below.
  }
  const tooLarge = { code: "BODY_TOO_LARGE", mend: "send fewer rows at a time" };
  const foreign = { code: "BAD_RESPONSE", mend: `check the url, and what stands between${MORE[path]}` };
  return new LockstepClientError({
    ...(status === 413 ? tooLarge : foreign),
    message: `the answer (HTTP ${status}) is not a Lockstep server's`,
  });
}
