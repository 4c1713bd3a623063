import type { Redis } from "ioredis";
import { parseInfo } from "./info.js";

/** The fields of INFO that `settingsWarnings` looks at. */
export const readSettings = async (redis: Redis): Promise<ReadonlyMap<string, string>> =>
  parseInfo(`${await redis.info("memory")}
${await redis.info("replication")}`);

export function settingsWarnings(info: ReadonlyMap<string, string>): string[] {
  const warnings: string[] = [];
  const policy = info.get("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") {
    const when = info.get("maxmemory") === "0" ? "once a maxmemory is set" : "when its memory is full";
    warnings.push(
      `maxmemory-policy is ${policy}, so Redis may drop features ${when}, and reads of them would fail with ` +
        "NOT_MATERIALIZED until the next full run; set maxmemory-policy to noeviction",
    );
  }
  if (info.get("role") === "slave" && info.get("slave_read_only") !== "0") {
    warnings.push("this Redis is a read-only replica: it can be read but not materialized into; use the primary");
  }
  return warnings;
}
