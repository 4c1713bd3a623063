export interface BatchLimits {
  readonly count: number;
  /** Of keys and values together; a single entry may exceed it. */
  readonly bytes: number;
}

export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Cuts entries, in their order, into batches within the limits. */
export function* batchesOf<E extends Entry>(given: Iterable<E>, limits: BatchLimits): Generator<readonly E[]> {
  const entries: readonly E[] = Array.isArray(given) ? given : [...given];
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < entries.length; i++) {
    const { key, value } = entries[i] as E;
    const size = key.length + value.length;
    if (i > from && (i - from === limits.count || bytes + size > limits.bytes)) {
      yield entries.slice(from, i);
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (from < entries.length) yield from === 0 ? entries : entries.slice(from);
}
