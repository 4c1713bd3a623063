import { setImmediate as nextTurn } from "node:timers/promises";
import { appendsByKey } from "./appends-by-key.js";
import { type BatchLimits, batchesOf } from "./batches.js";
import { acquireLmdb, type LmdbDatabase, type LmdbEnvironment, releaseLmdb } from "./lmdb-environment.js";
import { lmdbFailure } from "./lmdb-errors.js";
import { type KeyRange, type LmdbKeys, lmdbKeys } from "./lmdb-keys.js";
import { type LmdbPut, putStates } from "./lmdb-put.js";
import { filterRows, rowAppender, unpackRows } from "./lmdb-rows.js";
import { LmdbTally } from "./lmdb-tally.js";
import { heldMark, markBytes, mergeMarks, readMark } from "./mark.js";
import { isIntact } from "./open-state.js";
import { instantBytes } from "./row-instant.js";
import { compareStampBytes } from "./stamp.js";
import type { States } from "./states.js";
import {
  type Appended,
  compareStamps,
  type KeyRead,
  type KeyRows,
  type Mark,
  type OnlineStore,
  type ReadResult,
  type RowAppend,
  type RowWrite,
  type Stamp,
} from "./store.js";
import { storeClosed } from "./store-closed.js";
import { storeRolledBack } from "./store-rolled-back.js";

export interface LmdbOptions {
  /** A folder on a local disk. */
  readonly path: string;
  readonly project: string;
}

/** A key's rows are read before they are written again: some tens of milliseconds of the write lock. */
const APPEND_LIMITS: BatchLimits = { count: 10_000, bytes: 4 << 20 };
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
    const rowsOf = ({ key, rows = [] }: KeyRead) => rows.map((generation) => this.#rowsOf(generation, key));
    return this.#snapshot(() => ({
      ...(reads.some((read) => read.rows) ? { rows: reads.map(rowsOf) } : {}),
      states: reads.map(({ key, generations }) =>
        generations.map((generation) => this.#db.getBinary(this.#keys.state(generation, key)) ?? null),
      ),
      published: new Map(generations.flatMap((generation) => this.#published(generation))),
    }));
  }

  async write(generation: number, states: States): Promise<{ written: number; kept: number }> {
    const tell = (put: LmdbPut): void => this.#tally.add(generation, put);
    const written = await this.#guard(() =>
      putStates(this.#db, this.#keys, generation, states, (work) => this.#counted(work), tell),
    );
    return { written, kept: states.count - written };
  }

  async publish(generation: number, mark: Mark, previous?: Stamp): Promise<void> {
    const key = this.#keys.mark(generation);
    const kept = await this.#transaction(() => {
      const found = this.#db.getBinary(key);
      const held = found ? heldMark(found) : null;
      if (previous && (!held || compareStamps(held, previous) < 0)) return false;
      return this.#db.putSync(key, markBytes(held ? mergeMarks(held, mark) : mark));
    });
    if (!kept) throw storeRolledBack(this.#environment.path);
  }

  remove(key: Uint8Array, generations: readonly number[]): Promise<number> {
    const keys = generations.map((generation) => this.#keys.state(generation, key));
    const rows = generations.map((generation) => this.#keys.keyRows(generation, key));
    return this.#transaction(() => {
      this.#tally.clear();
      for (const stored of rows) this.#db.removeSync(stored);
      return count(keys, (state) => this.#db.removeSync(state));
    });
  }

  async append(generation: number, rows: readonly RowAppend[]): Promise<readonly Appended[]> {
    const stored = Array.from(appendsByKey(rows), (of) => ({ ...of, value: this.#keys.keyRows(generation, of.key) }));
    const answers: Appended[] = [];
    for (const batch of batchesOf(stored, APPEND_LIMITS)) {
      await this.#transaction(() => {
        const found = this.#db.getBinary(this.#keys.mark(generation));
        const mark = found ? heldMark(found) : null;
        const append = rowAppender(this.#db);
        for (const { key, value, rows, places, asks } of batch) {
          const { all, added } = append(value, key, rows, asks);
          const state = asks ? (this.#db.getBinary(this.#keys.state(generation, key)) ?? null) : null;
          for (const [i, place] of places.entries())
            answers[place] = { rows: all, added: added[i] === true, state, mark };
        }
      });
    }
    return answers;
  }

  async *rows(generation: number): AsyncGenerator<readonly KeyRows[]> {
    for await (const keys of this.#keysIn(this.#keys.allRows(generation))) {
      yield await this.#snapshot(() =>
        keys.flatMap((stored) => {
          const packed = this.#db.getBinary(stored);
          return packed ? [unpackRows(packed)] : [];
        }),
      );
    }
  }

  async dropRows(generation: number, t: bigint): Promise<number> {
    const limit = instantBytes(t);
    const gone = (row: Uint8Array) => Buffer.compare(row.subarray(0, limit.length), limit) <= 0;
    let removed = 0;
    for await (const keys of this.#keysIn(this.#keys.allRows(generation))) {
      const due = await this.#snapshot(() =>
        keys.filter((stored) => {
          const packed = this.#db.getBinary(stored);
          return packed !== undefined && unpackRows(packed).rows.some(gone);
        }),
      );
      if (due.length === 0) continue;
      removed += await this.#transaction(() => due.reduce((n, stored) => n + filterRows(this.#db, stored, gone), 0));
    }
    return removed;
  }

  async removeRows(generation: number, rows: readonly RowWrite[]): Promise<number> {
    if (rows.length === 0) return 0;
    const same = (one: Uint8Array) => (row: Uint8Array) => Buffer.compare(row, one) === 0;
    return this.#transaction(() =>
      rows.reduce((n, { key, row }) => n + filterRows(this.#db, this.#keys.keyRows(generation, key), same(row)), 0),
    );
  }

  async removeOlder(generation: number, stamp: Stamp, counted: (key: Uint8Array) => boolean = ALL): Promise<number> {
    const limit = markBytes(stamp);
    const none = await this.#snapshot(() => {
      const tally = this.#tally.counted(generation, limit, lastTransaction(this.#db));
      return tally?.all || tally?.keys === this.#db.getKeysCount(this.#keys.states(generation));
    });
    if (none) return 0;
    const unwanted = (key: Buffer) => {
      const value = this.#db.getBinaryFast(key);
      if (value === undefined) return false;
      const order = compareStampBytes(value, limit);
      return order < 0 || (order > 0 && !this.#isIntact(key));
    };
    return this.#removeStates(generation, unwanted, (key) => counted(this.#keys.keyOf(key)));
  }

  async sweep(generation: number): Promise<number> {
    await this.#transaction(() => this.#db.removeSync(this.#keys.mark(generation)));
    for await (const keys of this.#keysIn(this.#keys.allRows(generation))) {
      await this.#transaction(() => count(keys, (stored) => this.#db.removeSync(stored)));
    }
    return this.#removeStates(generation, ALL, ALL);
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

  /** Of what is known to be there. */
  #isIntact(place: Buffer): boolean {
    return isIntact(this.#db.getBinary(place) as Buffer);
  }

  #rowsOf(generation: number, key: Uint8Array): readonly Uint8Array[] {
    const packed = this.#db.getBinary(this.#keys.keyRows(generation, key));
    return packed ? unpackRows(packed).rows : [];
  }

  /** Some keys at a time, each time of the newest commit. */
  async *#keysIn({ start, end }: KeyRange): AsyncGenerator<Buffer[]> {
    for (let from = start; ; ) {
      const keys = await this.#snapshot(() => [...this.#db.getKeys({ start: from, end, limit: REMOVE_KEYS })]);
      const last = keys.at(-1);
      if (last === undefined) return;
      yield keys;
      from = Buffer.concat([last, Buffer.of(0)]);
    }
  }

  /** Looks for keys without the write lock, and asks again about those found with it. */
  async #removeStates(
    generation: number,
    unwanted: (key: Buffer) => boolean,
    counted: (key: Buffer) => boolean,
  ): Promise<number> {
    let removed = 0;
    for await (const keys of this.#keysIn(this.#keys.states(generation))) {
      const found = await this.#snapshot(() => keys.filter(unwanted));
      if (found.length > 0) {
        removed += await this.#transaction(() => {
          this.#tally.clear();
          return count(found, (key) => unwanted(key) && this.#db.removeSync(key) && counted(key));
        });
      } else {
        await nextTurn();
      }
    }
    return removed;
  }

  /** Reads from the newest commit of any process; as `work` is synchronous, it is one read transaction. */
  #snapshot<T>(work: () => T): Promise<T> {
    return this.#guard(async () => {
      this.#db.resetReadTxn();
      return work();
    });
  }

  #transaction<T>(work: () => T): Promise<T> {
    return this.#guard(() => this.#counted(work));
  }

  /** The tally knows of every transaction of this handle. */
  async #counted<T>(work: () => T): Promise<T> {
    return this.#db.transaction(() => {
      this.#tally.begin(this.#db.getWriteTxnId());
      return work();
    });
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

const ALL = () => true;

const lastTransaction = (db: LmdbDatabase): number => (db.getStats() as { lastTxnId: number }).lastTxnId;

function count<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let total = 0;
  for (const item of items) if (holds(item)) total++;
  return total;
}
