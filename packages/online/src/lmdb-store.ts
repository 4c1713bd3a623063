import { setImmediate as nextTurn } from "node:timers/promises";
import { type BatchLimits, batchesOf } from "./batches.js";
import { nearKeyOrder } from "./key-order.js";
import { acquireLmdb, type LmdbDatabase, type LmdbEnvironment, releaseLmdb } from "./lmdb-environment.js";
import { lmdbFailure } from "./lmdb-errors.js";
import { type LmdbKeys, lmdbKeys } from "./lmdb-keys.js";
import { LmdbTally } from "./lmdb-tally.js";
import { markBytes, mergeMarks, readMark } from "./mark.js";
import { compareStampBytes } from "./stamp.js";
import type { KeyRead, Mark, OnlineStore, ReadResult, Stamp, StateWrite } from "./store.js";
import { storeClosed } from "./store-closed.js";
import { storeRolledBack } from "./store-rolled-back.js";

export interface LmdbOptions {
  /** A folder on a local disk. */
  readonly path: string;
  readonly project: string;
}

/** Some twenty milliseconds of the write lock. */
const WRITE_LIMITS: BatchLimits = { count: 20_000, bytes: 8 << 20 };
const REMOVE_KEYS = 5_000;

/** The embedded store: any number of processes may have it open, and any of them may be killed at any moment. */
export async function openLmdbStore({ path, project }: LmdbOptions): Promise<OnlineStore> {
  const keys = lmdbKeys(project);
  try {
    return new LmdbStore(await acquireLmdb(path), keys);
  } catch (error) {
    throw await lmdbFailure(error, path);
  }
}

class LmdbStore implements OnlineStore {
  readonly kind = "lmdb";
  readonly ordered = true;
  readonly #environment: LmdbEnvironment;
  readonly #db: LmdbDatabase;
  readonly #keys: LmdbKeys;
  readonly #running = new Set<Promise<unknown>>();
  readonly #tally = new LmdbTally();
  #closed = false;

  constructor(environment: LmdbEnvironment, keys: LmdbKeys) {
    this.#environment = environment;
    this.#db = environment.db;
    this.#keys = keys;
  }

  read(reads: readonly KeyRead[], generations: readonly number[]): Promise<ReadResult> {
    return this.#snapshot(() => ({
      states: reads.map(({ key, generations }) =>
        generations.map((generation) => this.#db.getBinary(this.#keys.state(generation, key)) ?? null),
      ),
      published: new Map(generations.flatMap((generation) => this.#published(generation))),
    }));
  }

  async write(generation: number, states: readonly StateWrite[]): Promise<{ written: number; kept: number }> {
    const keyOf = this.#keys.statePlaces(generation);
    let written = 0;
    for (const batch of batchesOf(nearKeyOrder(states), WRITE_LIMITS)) {
      written += await this.#transaction(() => this.#putAll(generation, keyOf, batch));
    }
    return { written, kept: states.length - written };
  }

  async publish(generation: number, mark: Mark, previous?: Stamp): Promise<void> {
    const [key, bytes] = [this.#keys.mark(generation), markBytes(mark)];
    const before = previous && markBytes(previous);
    const kept = await this.#transaction(() => {
      const held = this.#db.getBinary(key);
      if (before && (held === undefined || compareStampBytes(held, before) < 0)) return false;
      return this.#db.putSync(key, held ? mergeMarks(held, bytes) : bytes);
    });
    if (!kept) throw storeRolledBack(this.#environment.path);
  }

  /** Each unless its key holds a state of a greater stamp. In a transaction. */
  #putAll(generation: number, keyOf: (key: Uint8Array) => Buffer, states: readonly StateWrite[]): number {
    let written = 0;
    for (const { key, value } of states) {
      const place = keyOf(key);
      const held = this.#db.getBinaryFast(place);
      const order = held === undefined ? -1 : compareStampBytes(held, value);
      if (order !== 0) this.#tally.add(generation, value);
      if (order > 0) continue;
      this.#db.putSync(place, value as Buffer);
      written++;
    }
    return written;
  }

  remove(key: Uint8Array, generations: readonly number[]): Promise<number> {
    const keys = generations.map((generation) => this.#keys.state(generation, key));
    return this.#transaction(() => {
      this.#tally.clear();
      return count(keys, (state) => this.#db.removeSync(state));
    });
  }

  async removeOlder(generation: number, stamp: Stamp): Promise<number> {
    const limit = markBytes(stamp);
    const none = await this.#snapshot(() => {
      const all = this.#db.getKeysCount(this.#keys.states(generation));
      return all === this.#tally.keys(generation, limit, lastTransaction(this.#db));
    });
    if (none) return 0;
    return this.#removeStates(generation, (key) => {
      const value = this.#db.getBinaryFast(key);
      return value !== undefined && compareStampBytes(value, limit) < 0;
    });
  }

  async sweep(generation: number): Promise<number> {
    await this.#transaction(() => this.#db.removeSync(this.#keys.mark(generation)));
    return this.#removeStates(generation, () => true);
  }

  async warnings(): Promise<readonly string[]> {
    return [];
  }

  async ping(): Promise<void> {
    await this.#snapshot(() => this.#published(0));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#running);
    await releaseLmdb(this.#environment);
  }

  #published(generation: number): readonly (readonly [number, Mark])[] {
    const mark = this.#db.getBinary(this.#keys.mark(generation));
    return mark === undefined ? [] : [[generation, readMark(mark)]];
  }

  /** Looks for keys without the write lock, and asks again about those found with it. */
  async #removeStates(generation: number, unwanted: (key: Buffer) => boolean): Promise<number> {
    let { start, end } = this.#keys.states(generation);
    let removed = 0;
    for (;;) {
      const { last, found } = await this.#snapshot(() => {
        const keys = [...this.#db.getKeys({ start, end, limit: REMOVE_KEYS })];
        return { last: keys.at(-1), found: keys.filter(unwanted) };
      });
      if (last === undefined) return removed;
      if (found.length > 0) {
        removed += await this.#transaction(() => {
          this.#tally.clear();
          return count(found, (key) => unwanted(key) && this.#db.removeSync(key));
        });
      } else {
        await nextTurn();
      }
      start = Buffer.concat([last, Buffer.of(0)]);
    }
  }

  /** Reads from the newest commit of any process; as `work` is synchronous, it is one read transaction. */
  #snapshot<T>(work: () => T): Promise<T> {
    return this.#guard(async () => {
      this.#db.resetReadTxn();
      return work();
    });
  }

  #transaction<T>(work: () => T): Promise<T> {
    return this.#guard(async () =>
      this.#db.transaction(() => {
        this.#tally.begin(this.#db.getWriteTxnId());
        return work();
      }),
    );
  }

  /** `close` waits for what runs; what has more to do then finds the store closed. */
  async #guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw storeClosed(this.#environment.path);
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw await lmdbFailure(error, this.#environment.path);
    } finally {
      this.#running.delete(running);
    }
  }
}

const lastTransaction = (db: LmdbDatabase): number => (db.getStats() as { lastTxnId: number }).lastTxnId;

function count<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let total = 0;
  for (const item of items) if (holds(item)) total++;
  return total;
}
