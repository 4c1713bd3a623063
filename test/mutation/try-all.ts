import type { Mutation } from "./mutation.js";
import { type Killed, tryOut } from "./try.js";

/** Tries the unchanged sources (null), then each mutation, some at once, and tells of each as it ends. */
export async function tryAll(
  mutations: readonly Mutation[],
  jobs: number,
  tell: (mutation: Mutation | null, killed: Killed) => void,
): Promise<void> {
  const queue: (Mutation | null)[] = [null, ...mutations];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) tell(next, await tryOut(next));
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
}
