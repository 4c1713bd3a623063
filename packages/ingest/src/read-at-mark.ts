import { isLockstepError } from "@lockstep/core";
import type { KeyRead, Mark, OnlineStore } from "@lockstep/online";

/** What a run finds in a generation. A mark that is damaged is none: only a full run takes its place, and no read answers. */
export async function readAtMark(
  store: OnlineStore,
  keys: readonly Uint8Array[],
  generation: number,
): Promise<{ readonly states: readonly (Uint8Array | null)[]; readonly mark: Mark | undefined }> {
  const reads: KeyRead[] = keys.map((key) => ({ key, generations: [generation] }));
  const { states, published } = await store.read(reads, [generation]).catch((error: unknown) => {
    if (isLockstepError(error) && error.code === "STATE_CORRUPT") return store.read(reads, []);
    throw error;
  });
  return { states: states.map(([state]) => state ?? null), mark: published.get(generation) };
}
