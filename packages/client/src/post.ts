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

export interface ServerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: { readonly [key: string]: unknown };
}

export interface GraphqlReply {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly ServerError[];
}

export interface Connection {
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

/** Posts a query, again where it was not answered and may be soon. What keeps it from being answered at all is a LockstepClientError. */
export async function post(
  connection: Connection,
  query: string,
  variables: object,
  { signal, until = Infinity }: Patience = {},
): Promise<GraphqlReply> {
  const body = JSON.stringify({ query, variables });
  for (let retries = 0; ; retries++) {
    const { reply, again, afterMs } = await attempt(connection, body, signal);
    const waitMs = afterMs + backoffMs(retries);
    if (again && retries < connection.retries && performance.now() + waitMs < until) await sleep(waitMs, signal);
    else if (reply instanceof LockstepClientError) throw reply;
    else return reply;
  }
}

interface Attempt {
  readonly reply: GraphqlReply | LockstepClientError;
  /** Another attempt may be answered, not before so long. */
  readonly again: boolean;
  readonly afterMs: number;
}

async function attempt(
  { url, fetch, headers, timeoutMs }: Connection,
  body: string,
  outer: AbortSignal | undefined,
): Promise<Attempt> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body,
  } as const;
  try {
    return await within({ timeoutMs, outer }, async (signal) => {
      const reply = await fetch(url, { ...init, signal });
      const { status } = reply;
      // Every request only reads, so that asking twice is safe.
      const again = status === 429 || status >= 500;
      return {
        reply: parsed(status, await reply.text()),
        again,
        afterMs: again ? retryAfterMs(reply.headers.get("retry-after")) : 0,
      };
    });
  } catch (cause) {
    const reply = cause instanceof LockstepClientError ? cause : unreachable(url, cause);
    return { reply, again: outer?.aborted !== true, afterMs: 0 };
  }
}

const unreachable = (url: string, cause: unknown): LockstepClientError =>
  new LockstepClientError({
    code: "UNREACHABLE",
    message: `${url} can't be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
    mend: "check the url, and that the server runs",
    cause,
  });

function parsed(status: number, text: string): GraphqlReply | LockstepClientError {
  try {
    const reply: unknown = JSON.parse(text);
    if (typeof reply === "object" && reply !== null && ("data" in reply || "errors" in reply))
      return reply as GraphqlReply;
  } catch {
    // Not JSON: said below.
  }
  const tooLarge = { code: "BODY_TOO_LARGE", mend: "ask for fewer rows at a time" };
  const foreign = { code: "BAD_RESPONSE", mend: "check the url, and what stands between" };
  return new LockstepClientError({
    ...(status === 413 ? tooLarge : foreign),
    message: `the answer (HTTP ${status}) is not a Lockstep server's`,
  });
}

/** The error that a whole call fails with. */
export function callError({ message, extensions }: ServerError): LockstepClientError {
  const text = (key: string) => (typeof extensions?.[key] === "string" ? extensions[key] : undefined);
  return new LockstepClientError({
    code: text("code") ?? "UNKNOWN",
    message,
    mend: text("mend"),
    place: text("place"),
    requestId: text("requestId"),
  });
}
