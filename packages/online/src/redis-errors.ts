import { type Diagnostic, isLockstepError, LockstepError } from "@lockstep/core";

type Explanation = Omit<Diagnostic, "place">;

const unavailable = (what: string, mend: string): Explanation => ({ code: "ONLINE_UNAVAILABLE", what, mend });
const unreached = (why: string): Explanation =>
  unavailable(`Redis can't be reached (${why})`, "check that the server runs, and that the URL names it");

/** A server's reply begins with a code, or, before Redis 7 and within a script, has it further on. */
const replies: readonly (readonly [RegExp, Explanation])[] = [
  [
    /\bREADONLY\b/,
    {
      code: "ONLINE_READ_ONLY",
      what: "this Redis is a read-only replica",
      mend: "give the URL of the primary",
    },
  ],
  [
    /\bOOM\b/,
    {
      code: "ONLINE_FULL",
      what: "Redis has reached its maxmemory",
      mend: "raise maxmemory, or give the store a Redis of its own",
    },
  ],
  [
    /\bMISCONF\b/,
    {
      code: "ONLINE_READ_ONLY",
      what: "Redis takes no writes, because it could not save to its disk",
      mend: "look into the server's log, and mend its disk",
    },
  ],
  [
    /\b(NOAUTH|WRONGPASS|NOPERM)\b|\binvalid password\b/,
    unavailable("Redis refuses the credentials", "check the user and the password in the URL, and the user's rights"),
  ],
];

/**
 * What an error of ioredis means to the user. Neither its text nor itself as a cause goes along: it can carry the
 * arguments of an AUTH. `lastNetworkError` is why the last attempt to connect failed, where there was one.
 */
export function redisFailure(error: unknown, place: string, lastNetworkError?: string): LockstepError {
  if (isLockstepError(error)) return error;
  return new LockstepError({ ...explain(error, lastNetworkError), place });
}

/** The system's code (ECONNREFUSED) or, of a reply, its first word. */
export function errorCode(error: unknown): string {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  if (typeof code === "string") return code;
  if (name === "ReplyError") return /^[A-Z]+/.exec(String(message))?.[0] ?? "ERR";
  return /timed? ?out|ETIMEDOUT/i.test(String(message)) ? "timeout" : "connection lost";
}

function explain(error: unknown, lastNetworkError: string | undefined): Explanation {
  const { name, message } = error as { name?: unknown; message?: unknown };
  const known = replies.find(([pattern]) => pattern.test(String(message)))?.[1];
  if (known !== undefined) return known;
  if (name === "ReplyError") {
    return unavailable(`Redis answered with the error ${errorCode(error)}`, "look into the server's log");
  }
  return unreached(lastNetworkError ?? errorCode(error));
}
