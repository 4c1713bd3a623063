import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiKeySettings } from "@lockstep/core";
import type { Caller } from "./caller.js";
import { grantOf } from "./grant.js";

export const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/**
 * Whose key it is. Every key is compared, each in constant time, so that nothing is learnt from how long it took; one that
 * was found to be somebody's is found by its text from then on.
 */
export function keyHolders(keys: readonly ApiKeySettings[]): (key: string) => Caller | null {
  const known = keys.map((key) => ({
    digest: Buffer.from(key.sha256, "hex"),
    caller: { name: key.name, grant: grantOf(key) },
  }));
  const remembered = new Map<string, Caller>();
  return (key) => {
    const holder = remembered.get(key);
    if (holder) return holder;
    const digest = sha256(key);
    let found: Caller | null = null;
    for (const { digest: other, caller } of known) if (timingSafeEqual(digest, other)) found = caller;
    if (found) remembered.set(key, found);
    return found;
  };
}
