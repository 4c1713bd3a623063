import { type Diagnostic, isLockstepError, LockstepError } from "@lockstep/core";

type Explanation = Omit<Diagnostic, "place">;

const unavailable = (what: string, mend: string): Explanation => ({ code: "ONLINE_UNAVAILABLE", what, mend });
const readOnly = (what: string, mend: string): Explanation => ({ code: "ONLINE_READ_ONLY", what, mend });

/** A server's reply begins with a code, or, before Redis 7 and within a script, has it further on. */
const replies: readonly (readonly [RegExp, Explanation])[] = [
  [/\bREADONLY\b/, readOnly("this Redis is a read-only replica", "give the address of the primary")],
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
    readOnly(
      "Redis takes no writes, because it could not save to its disk",
      "look into the server's log, and mend its disk",
    ),
  ],
  [
    /\bNOREPLICAS\b/,
    readOnly(
      "Redis takes no writes, because it has fewer good replicas than min-replicas-to-write",
      "look after the replicas",
    ),
  ],
  [
    /\b(NOAUTH|WRONGPASS|NOPERM)\b|\binvalid password\b|\bAUTH\b.* without any password/,
    unavailable(
      "Redis refuses the credentials",
      "check the user and the password, and the user's rights; the Sentinels may have others",
    ),
  ],
  [/\bLOADING\b/, unavailable("Redis is loading its data from the disk", "wait until it has")],
  [/\bBUSY\b/, unavailable("Redis is busy with a script", "find out whose it is; SCRIPT KILL ends it")],
  [
    /\bMASTERDOWN\b/,
    unavailable("this Redis is a replica that has lost its primary", "give the address of the primary"),
  ],
  [
    /\b(CLUSTERDOWN|TRYAGAIN)\b|Too many Cluster redirections/,
    unavailable("the Redis Cluster is down, or a part of it", "look at `redis-cli --cluster check`"),
  ],
  [
    /\b(MOVED|ASK|CROSSSLOT) \d|\bCROSSSLOT\b/,
    unavailable("this Redis is a node of a Cluster", "choose the kind 'redis-cluster'"),
  ],
  [
    /cluster support disabled/,
    unavailable("this Redis is not a node of a Cluster", "choose the kind 'redis', or 'redis-sentinel'"),
  ],
  [
    /[Ss]entinels? (is|are) unreachable|No such master/,
    unavailable(
      "no Sentinel can be reached, or none knows a primary of this name",
      "check the addresses of the Sentinels, and the name; SENTINEL MASTERS lists what they watch",
    ),
  ],
];

/** What OpenSSL and Node say when two sides don't agree. */
const TLS = /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_ZERO|UNABLE_TO_|SELF_SIGNED|HOSTNAME_MISMATCH)/;

/**
 * What an error of ioredis means to the user. Neither its text nor itself as a cause goes along: it can carry the
 * arguments of an AUTH. `last` is why the last attempt to connect failed, where there was one.
 */
export function redisFailure(error: unknown, place: string, last?: unknown): LockstepError {
  if (isLockstepError(error)) return error;
  return new LockstepError({ ...explain(error, last), place });
}

/** The system's code (ECONNREFUSED) or, of a reply, its first word. */
export function errorCode(error: unknown): string {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  if (typeof code === "string") return code;
  if (name === "ReplyError") return /^[A-Z]+/.exec(String(message))?.[0] ?? "ERR";
  return /timed? ?out|ETIMEDOUT/i.test(String(message)) ? "timeout" : "connection lost";
}

function explain(error: unknown, last: unknown): Explanation {
  // Once there is no connection, why there is none says more than that there is none.
  const known = explained(error) ?? explained(last);
  if (known !== undefined) return known;
  if ((error as Error).name === "ReplyError") {
    return unavailable(`Redis answered with the error ${errorCode(error)}`, "look into the server's log");
  }
  const code = errorCode(innermost(last) ?? error);
  if (TLS.test(code)) {
    return unavailable(
      `there is no TLS with Redis (${code})`,
      "check that both sides use TLS (rediss://, or tls), and that the certificate is one to trust (tls.ca)",
    );
  }
  return unavailable(
    `Redis can't be reached (${code})`,
    "check that the server runs, that the address is its, and that both sides use TLS or neither does",
  );
}

/** What a reply's code says; of an error that has gathered others, the last of them. */
const explained = (error: unknown): Explanation | undefined => {
  const message = String((innermost(error) as { message?: unknown } | undefined)?.message ?? "");
  return replies.find(([pattern]) => pattern.test(message))?.[1];
};

/** ioredis wraps what the last node of a Cluster said, and why a command was given up. */
function innermost(error: unknown): unknown {
  const { lastNodeError, previousErrors } = (error ?? {}) as { lastNodeError?: unknown; previousErrors?: unknown };
  if (lastNodeError) return innermost(lastNodeError);
  if (Array.isArray(previousErrors) && previousErrors.length > 0) return innermost(previousErrors.at(-1));
  return error;
}
