import type { Redis } from "ioredis";

const LISTPACK_VALUE = 512;

/** What `warnings` looks at. */
export interface RedisSettings {
  /** INFO's fields. */
  readonly info: ReadonlyMap<string, string>;
  /** hash-max-listpack-value, or undefined where the server doesn't tell. */
  readonly listpackValue: number | undefined;
}

export async function readSettings(redis: Redis): Promise<RedisSettings> {
  const info = parseInfo(`${await redis.info("memory")}\n${await redis.info("replication")}`);
  // Managed servers often refuse CONFIG.
  const config = await redis.config("GET", "hash-max-*-value").then(pairs, () => new Map<string, string>());
  const value = config.get("hash-max-listpack-value") ?? config.get("hash-max-ziplist-value");
  return { info, listpackValue: value === undefined ? undefined : Number(value) };
}

export function settingsWarnings({ info, listpackValue }: RedisSettings): string[] {
  const warnings: string[] = [];
  const policy = info.get("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") {
    const when = info.get("maxmemory") === "0" ? "once a maxmemory is set" : "when its memory is full";
    warnings.push(
      `maxmemory-policy is ${policy}, so Redis may drop features ${when}, and they would look like features of keys ` +
        "never seen; set maxmemory-policy to noeviction",
    );
  }
  if (info.get("role") === "slave" && info.get("slave_read_only") !== "0") {
    warnings.push("this Redis is a read-only replica: it can be read but not materialized into; use the primary");
  }
  if (listpackValue !== undefined && listpackValue < LISTPACK_VALUE) {
    warnings.push(
      `hash-max-listpack-value is ${listpackValue}, so hashes with longer states take much more memory; ` +
        `set it to ${LISTPACK_VALUE} or more`,
    );
  }
  return warnings;
}

const parseInfo = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^([a-z0-9_]+):(.*?)\r?$/gm)].map(([, name = "", value = ""]) => [name, value]));

function pairs(reply: unknown): Map<string, string> {
  const list = (reply as readonly unknown[]).map(String);
  return new Map(list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1] ?? ""] as const] : [])));
}
