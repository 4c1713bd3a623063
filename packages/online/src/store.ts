/** The stamp of batch state: the watermark T it was computed at, and the run that did. The greater wins. */
export interface Stamp {
  /** T in UTC microseconds. */
  readonly t: bigint;
  /** Issued by the registry; orders the runs of one T. */
  readonly run: number;
}

/** What a generation was last completely materialized at. */
export interface Mark extends Stamp {
  /** The greatest full run: states of smaller stamps are of keys that it did not find, and are none. */
  readonly floor?: Stamp;
}

export const compareStamps = (a: Stamp, b: Stamp): number => (a.t < b.t ? -1 : a.t > b.t ? 1 : a.run - b.run);

/** One entity key, encoded by `encodeKey`, and the generations of the views to read for it. */
export interface KeyRead {
  readonly key: Uint8Array;
  readonly generations: readonly number[];
}

export interface ReadResult {
  /** For each key, a state for each of its generations, or null where the store has none. */
  readonly states: readonly (readonly (Uint8Array | null)[])[];
  /** What the store says each generation was last completely materialized at; absent: never, or emptied since. */
  readonly published: ReadonlyMap<number, Mark>;
}

export interface StateWrite {
  readonly key: Uint8Array;
  /** As `encodeState` made it: it begins with its stamp. */
  readonly value: Uint8Array;
}

/**
 * Where online state lies. A store keeps bytes and compares stamps; what the bytes mean is the codec's business.
 * Every implementation passes the suite in test/conformance.
 */
export interface OnlineStore {
  readonly kind: string;
  /** One round trip; states and `published` are of one moment for each key. */
  read(keys: readonly KeyRead[], generations: readonly number[]): Promise<ReadResult>;
  /** Puts each state unless the key holds one of a greater stamp. Atomic for each key. */
  write(
    generation: number,
    states: readonly StateWrite[],
  ): Promise<{ readonly written: number; readonly kept: number }>;
  /** Marks the generation as complete at the stamp, unless it is at a greater one; the greater floor stays, too. */
  publish(generation: number, mark: Mark): Promise<void>;
  /** Removes the states whose stamp is smaller: the keys that a full run did not find. Returns how many. */
  removeOlder(generation: number, stamp: Stamp): Promise<number>;
  /** Removes a key's states of these generations, whatever their stamps. Returns how many. */
  remove(key: Uint8Array, generations: readonly number[]): Promise<number>;
  /** Removes all of a generation, its mark first. Returns how many states. */
  sweep(generation: number): Promise<number>;
  /** What is wrong with the server's settings, in sentences for people. */
  warnings(): Promise<readonly string[]>;
  /** Fails with ONLINE_UNAVAILABLE where the store can't be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
