import { createHash } from "node:crypto";
import { type AuthSettings, type Duration, durationMicros, type ServerConfig } from "@lockstep/core";
import type { ServingLogOptions } from "@lockstep/online";
import { percentOf } from "./percent.js";
import { secret } from "./secret.js";
import type { ParsedServer } from "./server-schema.js";
import { defined, milliseconds } from "./settings.js";

type Auth = Exclude<NonNullable<ParsedServer["auth"]>, "none">;

/** What a server is started with: secrets read, paths absolute, durations as numbers. What isn't set is absent. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly workers: number;
  readonly auth?: "none" | AuthSettings;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly cors?: { readonly origins: readonly string[]; readonly credentials?: boolean };
  readonly limits: {
    readonly [K in
      | "depth"
      | "aliases"
      | "fields"
      | "tokens"
      | "entities"
      | "cost"
      | "rows"
      | "bodyBytes"
      | "timeMs"]?: number;
  };
  readonly persisted?: { readonly file: string; readonly only: boolean };
  readonly guard: { readonly [K in "atOnce" | "queued" | "timeoutMs" | "failures" | "openMs"]?: number };
  readonly tracing?: { readonly endpoint?: string; readonly sample?: number };
  readonly logRequests: boolean;
  /** Whether rows may be pushed. */
  readonly push: boolean;
  readonly servingLog?: ServingLogOptions;
}

export const SERVER_ADDRESS = { host: "127.0.0.1", port: 6571 } as const satisfies ServerConfig;

/** Fails with SECRET_MISSING where a key is not set. */
export function serverSettings(server: ParsedServer = {}, at: (path: string) => string): ServerSettings {
  const { auth, tls, cors, limits = {}, persisted, guard = {}, log, servingLog, tracing } = server;
  const { body, time, ...counts } = limits;
  const { timeout, pause, ...bounds } = guard;
  return {
    ...SERVER_ADDRESS,
    workers: 1,
    ...defined({ host: server.host, port: server.port, workers: server.workers }),
    ...defined({
      auth: typeof auth === "object" ? authSettings(auth, at) : auth,
      tls: tls && { cert: at(tls.cert), key: at(tls.key) },
      cors,
      tracing:
        tracing &&
        defined({
          endpoint: tracing.endpoint,
          sample: tracing.sample === undefined ? undefined : (percentOf(tracing.sample) ?? undefined),
        }),
      servingLog: servingLog && servingLogOptions(servingLog, at),
      persisted: persisted && { file: at(persisted.file), only: persisted.only ?? false },
    }),
    limits: { ...counts, ...defined({ bodyBytes: body, timeMs: milliseconds(time) }) },
    guard: { ...bounds, ...defined({ timeoutMs: milliseconds(timeout), openMs: milliseconds(pause) }) },
    logRequests: log === "requests",
    push: server.push ?? false,
  };
}

function servingLogOptions(
  { folder, sample = "1%", flush, ...sizes }: NonNullable<ParsedServer["servingLog"]>,
  at: (path: string) => string,
): ServingLogOptions {
  return { folder: at(folder), sample: percentOf(sample) ?? 0, ...sizes, ...defined({ flushMs: milliseconds(flush) }) };
}

function authSettings({ keys = [], jwt }: Auth, at: (path: string) => string): AuthSettings {
  return {
    keys: keys.map(({ key, sha256, ...rest }) => ({ ...rest, sha256: sha256 ?? hashOf(secret(key ?? "")) })),
    ...defined({
      tokens: jwt && {
        jwks: /^https?:\/\//.test(jwt.jwks) ? jwt.jwks : at(jwt.jwks),
        issuer: jwt.issuer,
        audience: typeof jwt.audience === "string" ? [jwt.audience] : jwt.audience,
        algorithms: jwt.algorithms ?? ["RS256", "ES256"],
        clockToleranceSeconds: durationMicros((jwt.clockTolerance ?? "30s") as Duration) / 1e6,
        claim: jwt.claim ?? "scope",
        grants: jwt.grants,
      },
    }),
  };
}

const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
