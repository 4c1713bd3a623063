import type { KeyRead, OnlineStore, ReadResult } from "@lockstep/online";
import type { RateLimit } from "./rate-limit.js";

type Context = { readonly store: Pick<OnlineStore, "read">; readonly limit: RateLimit };

/** Reads keys at a rate, some at a time, and gives what was read of each; where there are none, what is published. */
export async function* readKeys<K extends KeyRead>(
  { store, limit }: Context,
  reads: readonly K[],
  generations: readonly number[],
): AsyncGenerator<{ readonly part: readonly K[]; readonly result: ReadResult }> {
  for (let from = 0; from < reads.length || from === 0; from += limit.most) {
    const part = reads.slice(from, from + limit.most);
    await limit.take(part.length);
    yield { part, result: await store.read(part, generations) };
  }
}
