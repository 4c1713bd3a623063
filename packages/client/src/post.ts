import { within } from "./abort.js";
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
  readonly timeoutMs: number;
}

/** Posts a query. What keeps it from being answered at all is a LockstepClientError. */
export async function post(
  { url, fetch, headers, timeoutMs }: Connection,
  query: string,
  variables: object,
  outer?: AbortSignal,
): Promise<GraphqlReply> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  } as const;
  try {
    return await within({ timeoutMs, outer }, async (signal) => {
      const reply = await fetch(url, { ...init, signal });
      return parsed(reply.status, await reply.text());
    });
  } catch (cause) {
    throw cause instanceof LockstepClientError ? cause : unreachable(url, cause);
  }
}

const unreachable = (url: string, cause: unknown): LockstepClientError =>
  new LockstepClientError({
    code: "UNREACHABLE",
    message: `${url} can't be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
    mend: "check the url, and that the server runs",
    cause,
  });

function parsed(status: number, text: string): GraphqlReply {
  try {
    const reply: unknown = JSON.parse(text);
    if (typeof reply === "object" && reply !== null && ("data" in reply || "errors" in reply))
      return reply as GraphqlReply;
  } catch {
    // Not JSON: said below.
  }
  throw new LockstepClientError({
    code: "BAD_RESPONSE",
    message: `the answer (HTTP ${status}) is not a Lockstep server's`,
    mend: "check the url, and what stands between",
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
