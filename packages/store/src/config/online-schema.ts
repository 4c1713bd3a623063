import { type Duration, durationMicros } from "@lockstep/core";
import { z } from "zod";
import { strictObject } from "./strict-object.js";

export const text = z.string().min(1, { error: "it is empty" });
export const secret = z.union([text, strictObject({ env: text })], { error: "write text, or env('NAME')" });
export const folder = text.refine((path) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(path), {
  error: "it must be a folder on this machine: URLs are not supported here",
});
export const duration = text.refine(isDuration, { error: "write a duration such as '90s' or '5m'" });

const tls = z.union(
  [
    z.boolean(),
    strictObject({
      ca: text.exactOptional(),
      cert: text.exactOptional(),
      key: text.exactOptional(),
      serverName: text.exactOptional(),
    }),
  ],
  { error: "write true, or the files { ca, cert, key }" },
);

const address = text.regex(/^(\[[0-9a-f:.]+\]|[^\s:@/[\]]+):\d{1,5}$/i, {
  error: "write an address such as 'redis-1.internal:6379'",
});
const addresses = z.array(address).min(1, { error: "give at least one" });

const redis = {
  username: secret.exactOptional(),
  password: secret.exactOptional(),
  tls: tls.exactOptional(),
  keyPrefix: z.string().exactOptional(),
  connectTimeout: duration.exactOptional(),
  commandTimeout: duration.exactOptional(),
  retries: z.int().min(0).exactOptional(),
  replicas: z.int().min(0).exactOptional(),
  replicaTimeout: duration.exactOptional(),
  sweepRate: z.int().positive().exactOptional(),
};

/** A new store is a new row. */
export const online = z.discriminatedUnion(
  "kind",
  [
    strictObject({ kind: z.literal("lmdb"), path: folder.exactOptional() }),
    strictObject({ kind: z.literal("redis"), url: secret.exactOptional(), ...redis }),
    strictObject({
      kind: z.literal("redis-sentinel"),
      master: text,
      sentinels: addresses,
      database: z.int().min(0).exactOptional(),
      sentinelUsername: secret.exactOptional(),
      sentinelPassword: secret.exactOptional(),
      sentinelTls: tls.exactOptional(),
      ...redis,
    }),
    strictObject({
      kind: z.literal("redis-cluster"),
      nodes: addresses,
      natMap: z.record(address, address).exactOptional(),
      ...redis,
    }),
  ],
  {
    error: (issue) =>
      issue.code === "invalid_union" ? "choose 'lmdb', 'redis', 'redis-sentinel' or 'redis-cluster'" : undefined,
  },
);

export type ParsedOnline = z.infer<typeof online>;

function isDuration(value: string): boolean {
  try {
    return durationMicros(value as Duration) > 0;
  } catch {
    return false;
  }
}
