import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { LockstepError } from "@lockstep/core";
import type { OnlineStoreConfig } from "@lockstep/online";
import type { ParsedOnline } from "./online-schema.js";
import { secret } from "./secret.js";
import { defined, milliseconds } from "./settings.js";

/** Where the configuration lies, and the environment's name. */
export interface OnlinePlace {
  readonly at: (path: string) => string;
  readonly environment: string;
}

type Parsed<K extends ParsedOnline["kind"]> = Extract<ParsedOnline, { kind: K }>;

const DEFAULT_URL = "redis://127.0.0.1:6379";

/** Each kind's settings with its secrets, files and paths read; absent settings stay absent. */
const kinds: { readonly [K in ParsedOnline["kind"]]: (online: Parsed<K>, place: OnlinePlace) => OnlineStoreConfig } = {
  lmdb: ({ kind, path }, { at, environment }) => ({ kind, path: at(path ?? `.lockstep/${environment}/online`) }),
  redis: ({ kind, url, ...redis }, place) => ({ kind, url: secret(url ?? DEFAULT_URL), ...common(redis, place) }),
  "redis-sentinel": (online, place) => ({
    kind: online.kind,
    master: online.master,
    sentinels: online.sentinels,
    ...defined({
      database: online.database,
      sentinelUsername: online.sentinelUsername && secret(online.sentinelUsername),
      sentinelPassword: online.sentinelPassword && secret(online.sentinelPassword),
      sentinelTls: online.sentinelTls && tlsOptions(online.sentinelTls, place),
    }),
    ...common(online, place),
  }),
  "redis-cluster": ({ kind, nodes, ...redis }, place) => ({ kind, nodes, ...common(redis, place) }),
};

/** Fails with SECRET_MISSING where a secret is not set. */
export const onlineConfig = (online: ParsedOnline | undefined, place: OnlinePlace): OnlineStoreConfig => {
  const given = online ?? { kind: "lmdb" as const };
  return (kinds[given.kind] as (online: ParsedOnline, place: OnlinePlace) => OnlineStoreConfig)(given, place);
};

const common = (
  redis: Omit<Parsed<"redis-cluster">, "kind" | "nodes">,
  place: OnlinePlace,
): Omit<Extract<OnlineStoreConfig, { kind: "redis-cluster" }>, "kind" | "nodes"> =>
  defined({
    username: redis.username && secret(redis.username),
    password: redis.password && secret(redis.password),
    tls: redis.tls && tlsOptions(redis.tls, place),
    keyPrefix: redis.keyPrefix,
    connectTimeout: milliseconds(redis.connectTimeout),
    commandTimeout: milliseconds(redis.commandTimeout),
    retries: redis.retries,
    replicaTimeout: milliseconds(redis.replicaTimeout),
    sweepRate: redis.sweepRate,
  });

function tlsOptions(tls: Parsed<"redis">["tls"] & {}, { at }: OnlinePlace): boolean | ConnectionOptions {
  if (typeof tls === "boolean") return tls;
  const { serverName, ...files } = tls;
  const read = Object.entries(files).map(([name, path]) => [name, certificate(at(path), name)] as const);
  return { ...Object.fromEntries(read), ...(serverName === undefined ? {} : { servername: serverName }) };
}

function certificate(path: string, setting: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new LockstepError({
      code: "CONFIG_INVALID",
      place: path,
      what: `it can't be read, and tls.${setting} names it`,
      mend: "give the path of a PEM file, from the configuration's folder",
    });
  }
}
