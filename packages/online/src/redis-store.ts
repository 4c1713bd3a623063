import type { ChainableCommander } from "ioredis";
import { type BatchLimits, batchesOf } from "./batches.js";
import { eachBounded } from "./bounded.js";
import { markBytes, readMark } from "./mark.js";
import { connectRedis, type RedisConnection } from "./redis-connection.js";
import { redisFailure } from "./redis-errors.js";
import { generationField, type RedisKeys, redisKeys } from "./redis-keys.js";
import { type RedisScripts, redisScripts } from "./redis-scripts.js";
import { redisPlace } from "./redis-url.js";
import { readSettings, settingsWarnings } from "./redis-warnings.js";
import { compareStampBytes } from "./stamp.js";
import type { KeyRead, Mark, OnlineStore, ReadResult, Stamp, StateWrite } from "./store.js";
import { storeClosed } from "./store-closed.js";

export interface RedisOptions {
  /** redis:// or rediss://, with user, password and database as need be. */
  readonly url: string;
  readonly project: string;
  /** Begins every key that the store makes. Default: `lockstep:` */
  readonly keyPrefix?: string;
}

/** Of one script call: half a millisecond of the server's time. On a Cluster a call's keys will have to share a slot. */
const CALL_LIMITS: BatchLimits = { count: 250, bytes: 512 << 10 };
const CALLS_IN_FLIGHT = 8;
const SCAN_COUNT = 1_000;

/** Does not wait for the server: whatever is asked of the store while there is none fails with ONLINE_UNAVAILABLE. */
export async function openRedisStore({ url, project, keyPrefix = "lockstep:" }: RedisOptions): Promise<OnlineStore> {
  return new RedisStore(redisPlace(url), connectRedis(url), redisKeys(keyPrefix, project));
}

class RedisStore implements OnlineStore {
  readonly kind = "redis";
  readonly #place: string;
  readonly #connection: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #scripts: RedisScripts;
  #closed = false;

  constructor(place: string, connection: RedisConnection, keys: RedisKeys) {
    this.#place = place;
    this.#connection = connection;
    this.#keys = keys;
    this.#scripts = redisScripts(connection.redis);
  }

  /**
   * The marks are read before and after the states, and the smaller counts: with the first alone a sweep in between
   * would pass for keys never seen, with the last alone a run that was published in between would.
   */
  read(reads: readonly KeyRead[], generations: readonly number[]): Promise<ReadResult> {
    return this.#guard(async () => {
      const pipeline = this.#redis.pipeline();
      const asked = reads.filter((read) => read.generations.length > 0);
      this.#readMarks(pipeline, generations);
      for (const { key, generations } of asked) {
        pipeline.hmgetBuffer(this.#keys.entity(key), ...generations.map(generationField));
      }
      this.#readMarks(pipeline, generations);
      const replies = await repliesOf(pipeline);
      const before = generations.length > 0 ? (replies.shift() ?? []) : [];
      const after = generations.length > 0 ? (replies.pop() ?? []) : [];
      const states = new Map(asked.map((read, i) => [read, replies[i] ?? []]));
      return {
        states: reads.map((read) => states.get(read) ?? []),
        published: new Map(
          generations.flatMap((generation, i) => {
            const mark = smallerMark(before[i], after[i]);
            return mark === null ? [] : [[generation, readMark(mark)] as const];
          }),
        ),
      };
    });
  }

  write(generation: number, states: readonly StateWrite[]): Promise<{ written: number; kept: number }> {
    return this.#guard(async () => {
      const field = generationField(generation);
      let written = 0;
      await eachBounded(batchesOf(states, CALL_LIMITS), CALLS_IN_FLIGHT, async (batch) => {
        const keys = batch.map(({ key }) => this.#keys.entity(key));
        const put = await this.#scripts.put(
          field,
          keys,
          batch.map(({ value }) => asBuffer(value)),
        );
        written += put;
      });
      return { written, kept: states.length - written };
    });
  }

  publish(generation: number, mark: Mark): Promise<void> {
    return this.#guard(async () => {
      await this.#scripts.publish(generationField(generation), this.#keys.published, markBytes(mark));
    });
  }

  remove(key: Uint8Array, generations: readonly number[]): Promise<number> {
    return this.#guard(async () => {
      if (generations.length === 0) return 0;
      return this.#redis.hdel(this.#keys.entity(key), ...generations.map(generationField));
    });
  }

  removeOlder(generation: number, stamp: Stamp): Promise<number> {
    return this.#guard(() => this.#removeStates(generation, markBytes(stamp)));
  }

  sweep(generation: number): Promise<number> {
    return this.#guard(async () => {
      await this.#redis.hdel(this.#keys.published, generationField(generation));
      return this.#removeStates(generation, null);
    });
  }

  warnings(): Promise<readonly string[]> {
    return this.#guard(async () => settingsWarnings(await readSettings(this.#redis)));
  }

  ping(): Promise<void> {
    return this.#guard(async () => {
      await this.#redis.ping();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#redis.status === "ready") await this.#redis.quit().catch(() => undefined);
    this.#redis.disconnect();
  }

  get #redis() {
    return this.#connection.redis;
  }

  #readMarks(pipeline: ChainableCommander, generations: readonly number[]): void {
    if (generations.length > 0) pipeline.hmgetBuffer(this.#keys.published, ...generations.map(generationField));
  }

  async #removeStates(generation: number, mark: Uint8Array | null): Promise<number> {
    const field = generationField(generation);
    let removed = 0;
    for await (const keys of this.#scanEntities()) removed += await this.#scripts.remove(field, keys, mark);
    return removed;
  }

  async *#scanEntities(): AsyncGenerator<Buffer[]> {
    let cursor = "0";
    do {
      const [next, keys] = await this.#redis.scanBuffer(cursor, "MATCH", this.#keys.pattern, "COUNT", SCAN_COUNT);
      if (keys.length > 0) yield keys;
      cursor = next.toString();
    } while (cursor !== "0");
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw storeClosed(this.#place);
    try {
      return await work();
    } catch (error) {
      throw this.#closed ? storeClosed(this.#place) : redisFailure(error, this.#place, this.#connection.lastError());
    }
  }
}

type Values = (Buffer | null)[];

async function repliesOf(pipeline: ChainableCommander): Promise<Values[]> {
  return ((await pipeline.exec()) ?? []).map(([error, reply]) => {
    if (error) throw error;
    return reply as Values;
  });
}

function smallerMark(a: Buffer | null | undefined, b: Buffer | null | undefined): Buffer | null {
  if (!a || !b) return null;
  return compareStampBytes(a, b) <= 0 ? a : b;
}

/** ioredis takes any other array of bytes for a list of numbers. */
const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
