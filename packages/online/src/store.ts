import type { States } from "./states.js";

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
  /** Generations whose rows are wanted of the key. */
  readonly rows?: readonly number[];
}

export interface ReadResult {
  /** For each key, a state for each of its generations, or null where the store has none. */
  readonly states: readonly (readonly (Uint8Array | null)[])[];
  /** For each key, the rows of each generation of its `rows`, in any order. Absent where no key asks for any. */
  readonly rows?: readonly (readonly (readonly Uint8Array[])[])[];
  /**
   * What the store says each generation was last completely materialized at; absent: never, or emptied since. Every
   * shard that was read speaks for itself, and the lowest counts; where no key was read, every shard of the store.
   */
  readonly published: ReadonlyMap<number, Mark>;
}

/** The greatest stamp of a complete run of each generation, as the registry knows it. */
export type CompletedRuns = ReadonlyMap<number, Stamp>;

export interface StateWrite {
  readonly key: Uint8Array;
  /** As `encodeState` made it: it begins with its stamp, and ends with a checksum. */
  readonly value: Uint8Array;
}

/** Bytes that are kept beside a key's state. They begin with knownAt: an int64, big-endian, its sign bit flipped. */
export interface RowWrite {
  readonly key: Uint8Array;
  readonly row: Uint8Array;
}

export interface RowAppend extends RowWrite {
  /** The answer is to tell the key's rows and its state. */
  readonly asks?: true;
}

/** How a key is once a row has been appended, as of one moment. */
export interface Appended {
  /** False where exactly these bytes were there before. */
  readonly added: boolean;
  /** All of the key's rows, where the row asks; else none. */
  readonly rows: readonly Uint8Array[];
  /** Where the row asks; else null. */
  readonly state: Uint8Array | null;
  /** What the key's shard says was last completely materialized; null: nothing, or what it says is damaged. */
  readonly mark: Mark | null;
}

export interface KeyRows {
  readonly key: Uint8Array;
  readonly rows: readonly Uint8Array[];
}

/**
 * Where online state lies. A store keeps bytes and compares stamps; what the bytes mean is the codec's business.
 * Every implementation passes the suite in test/conformance.
 */
export interface OnlineStore {
  readonly kind: string;
  /** Many states are written faster in the order of their keys' bytes. */
  readonly ordered?: boolean;
  /** One round trip; states, rows and `published` are of one moment for each key. */
  read(keys: readonly KeyRead[], generations: readonly number[]): Promise<ReadResult>;
  /**
   * Puts each state unless the key holds one of a greater stamp that is not damaged. Atomic for each key. Once it
   * resolves, the caller may write over the states' memory.
   */
  write(generation: number, states: States): Promise<{ readonly written: number; readonly kept: number }>;
  /**
   * Marks the generation as complete at the stamp, unless it is at a greater one, once every server and every replica
   * of it has what this handle wrote; the greater floor stays, too. Fails with STORE_LOST_WRITES where one has lost some
   * of that. `previous`: the run wrote only some keys, and builds upon that run's states; where a part of the store is
   * not at that stamp, or a greater one, it fails with STORE_ROLLED_BACK.
   */
  publish(generation: number, mark: Mark, previous?: Stamp): Promise<void>;
  /**
   * Removes the states whose stamp is smaller, or damaged: the keys that a full run did not find. Returns how many, of the
   * keys that `counted` holds of.
   */
  removeOlder(generation: number, stamp: Stamp, counted?: (key: Uint8Array) => boolean): Promise<number>;
  /**
   * Appends rows to keys, each unless the key has it; atomic for each key. Durable as a published run is. Answers for
   * each row, in their order.
   */
  append(generation: number, rows: readonly RowAppend[]): Promise<readonly Appended[]>;
  /** Every key that has rows of the generation, in batches. */
  rows(generation: number): AsyncIterable<readonly KeyRows[]>;
  /** Removes the rows known at `t` or before. Returns how many. */
  dropRows(generation: number, t: bigint): Promise<number>;
  /** Removes exactly these rows of their keys, from every replica too. Returns how many were there. */
  removeRows(generation: number, rows: readonly RowWrite[]): Promise<number>;
  /** Removes a key's states and rows of these generations, whatever their stamps, from every replica too. Returns how many states. */
  remove(key: Uint8Array, generations: readonly number[]): Promise<number>;
  /** Removes all of a generation, its mark first, its rows too, at a bounded rate. Returns how many states. */
  sweep(generation: number): Promise<number>;
  /** What is wrong with the server's settings, in sentences for people. */
  warnings(): Promise<readonly string[]>;
  /** Fails with ONLINE_UNAVAILABLE where the store can't be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
