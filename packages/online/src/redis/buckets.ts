/**
 * Entities are spread over so many hashes, each with a hash tag of its own. Enough that a Cluster of a hundred nodes
 * is filled evenly, few enough that a mark in each costs a run some milliseconds.
 */
export const BUCKETS = 1024;

export const ALL_BUCKETS: readonly number[] = Array.from({ length: BUCKETS }, (_, bucket) => bucket);

/** FNV-1a, its bits mixed once more so that the low ones depend on all. Part of the format: never change it. */
export function bucketOf(key: Uint8Array, from = 0, to = key.length): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (key[i] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) & (BUCKETS - 1);
}
