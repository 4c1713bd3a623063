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
export function* batchesOf<E extends Entry>(entries: Iterable<E>, limits: BatchLimits): Generator<E[]> {
  let batch: E[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.key.length + entry.value.length;
    if (batch.length > 0 && (batch.length === limits.count || bytes + size > limits.bytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
