import { LockstepError } from "@lockstep/core";

/** Keys that never expire are dropped under this policy, and a server that drops an entity does not tell. */
export function checkNotEvicting(info: ReadonlyMap<string, string>, place: string): void {
  const policy = info.get("maxmemory_policy") ?? "";
  if (!policy.startsWith("allkeys-") || info.get("maxmemory") === "0") return;
  throw new LockstepError({
    code: "ONLINE_EVICTS",
    place,
    what: `maxmemory-policy is ${policy}: Redis would drop entities when its memory is full, and they would pass for ones never seen`,
    mend: "set maxmemory-policy to noeviction",
  });
}
