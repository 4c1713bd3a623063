import { eachBounded } from "../bounded.js";
import { markBytes } from "../mark.js";
import { compareStampBytes } from "../stamp.js";
import { eachState, type States } from "../states.js";
import type {
  Appended,
  KeyRead,
  KeyRows,
  Mark,
  OnlineStore,
  ReadResult,
  RowAppend,
  RowWrite,
  Stamp,
} from "../store.js";
import { storeClosed } from "../store-closed.js";
import { batched } from "./batched.js";
import { ALL_BUCKETS } from "./buckets.js";
import { replaceDamaged } from "./damaged.js";
import { redisFailure } from "./errors.js";
import { checkNotEvicting } from "./eviction.js";
import { removeFormer } from "./former-layout.js";
import { generationField, type RedisKeys, redisKeys } from "./keys.js";
import { bucketsWithOthers, checkKept, markCommands } from "./marks.js";
import { paced } from "./pace.js";
import { type Found, readCalls, readCommand, readResult } from "./read.js";
import { removeAllStates, removeCommand, removeOlderStates } from "./removal.js";
import { removeField } from "./remove-field.js";
import { awaitReplicas } from "./replicas.js";
import { allRows, appendRows, dropRows, removeRows } from "./rows.js";
import type { Topology } from "./topology.js";
import { readSettings, settingsWarnings } from "./warnings.js";
import { prepareWrite, putTrips, sealCommands } from "./write.js";
import { WriteChains } from "./write-chains.js";

export interface StoreSettings {
  readonly project: string;
  /** Begins every key that the store makes. Default: `lockstep:` */
  readonly keyPrefix?: string;
  /** How many replicas of each server must acknowledge what is published, at least; those that are connected must anyhow. */
  readonly replicas?: number;
  /** How long `publish` waits for replicas, in milliseconds. */
  readonly replicaTimeout?: number;
  /** How many of the server's keys a second are looked at to remove states. */
  readonly sweepRate?: number;
}

const BUGS = [TypeError, ReferenceError, RangeError];
const TRIPS_IN_FLIGHT = 4;
const DEFAULTS = { keyPrefix: "lockstep:", replicas: 0, replicaTimeout: 10_000, sweepRate: 100_000 };

/** The store on any arrangement of servers. */
export class RedisStore implements OnlineStore {
  readonly #topology: Topology;
  /** For reads: those of all callers together. */
  readonly #ask: Topology["ask"];
  readonly #keys: RedisKeys;
  readonly #chains = new WriteChains();
  readonly #replicas: { readonly required: number; readonly timeout: number };
  readonly #sweepRate: number;
  /** What the last publication of a generation found: the buckets that may have states of other runs. */
  readonly #others = new Map<number, { readonly mark: Buffer; readonly buckets: readonly number[] }>();
  #formerGone = false;
  #closed = false;

  constructor(
    readonly kind: string,
    topology: Topology,
    settings: StoreSettings,
  ) {
    this.#topology = topology;
    const ask: Topology["ask"] = (commands) => topology.ask(commands);
    // Of a Cluster's nodes one may be gone, which those who ask others needn't know.
    this.#ask = kind === "redis-cluster" ? batched(ask, () => true) : batched(ask);
    this.#keys = redisKeys(settings.keyPrefix ?? DEFAULTS.keyPrefix, settings.project);
    this.#replicas = {
      required: settings.replicas ?? DEFAULTS.replicas,
      timeout: settings.replicaTimeout ?? DEFAULTS.replicaTimeout,
    };
    this.#sweepRate = settings.sweepRate ?? DEFAULTS.sweepRate;
  }

  read(reads: readonly KeyRead[], generations: readonly number[]): Promise<ReadResult> {
    return this.#guard(async () => {
      const calls = readCalls(reads, generations, this.#topology.together);
      const replies = calls.length > 0 ? await this.#ask(calls.map((call) => readCommand(this.#keys, call))) : [];
      return readResult(reads, calls, replies as Found[]);
    });
  }

  write(generation: number, states: States): Promise<{ written: number; kept: number }> {
    return this.#guard(() => {
      // While the call before is under way.
      const parts = prepareWrite(this.#keys, states);
      return this.#chains.inTurn(generation, async (chain) => {
        let written = 0;
        const trips = putTrips(this.#keys, generation, parts, chain, this.#topology.together);
        await eachBounded(trips, TRIPS_IN_FLIGHT, async (trip) => {
          const replies = await this.#topology.ask(trip);
          checkKept(replies, this.#topology.place);
          for (const put of replies as number[]) written += put;
        });
        if (written < states.count) {
          written += await replaceDamaged(this.#topology, this.#keys, generation, [...eachState(states)]);
        }
        return { written, kept: states.count - written };
      });
    });
  }

  /** The states first, on every server and replica; then the marks, on every server and replica. */
  publish(generation: number, mark: Mark, previous?: Stamp): Promise<void> {
    return this.#guard(() =>
      this.#chains.inTurn(generation, async (chain) => {
        const { place, together } = this.#topology;
        await this.#checkSettings();
        const seal = sealCommands(this.#keys, generation, chain, together);
        if (seal.length > 0) {
          checkKept(await this.#topology.ask(seal), place);
          await this.#awaitReplicas();
        }
        const marks = await this.#topology.ask(markCommands(this.#keys, generation, mark, chain, previous, together));
        checkKept(marks, place);
        const bytes = markBytes(mark);
        this.#others.delete(generation);
        if (chain.isOf(bytes)) this.#others.set(generation, { mark: bytes, buckets: bucketsWithOthers(marks) });
        await this.#awaitReplicas();
        this.#chains.end(generation);
      }),
    );
  }

  /** Where the run was published by this handle, it is known which buckets have nothing but what the run put. */
  removeOlder(generation: number, stamp: Stamp, counted?: (key: Uint8Array) => boolean): Promise<number> {
    return this.#guard(async () => {
      const mark = markBytes(stamp);
      const others = this.#others.get(generation);
      this.#others.delete(generation);
      const known = others !== undefined && compareStampBytes(others.mark, mark) === 0;
      await this.#removeFormer(generation);
      return removeOlderStates(
        this.#topology,
        this.#keys,
        generation,
        mark,
        known ? others.buckets : ALL_BUCKETS,
        paced(this.#sweepRate),
        counted,
      );
    });
  }

  append(generation: number, rows: readonly RowAppend[]): Promise<readonly Appended[]> {
    return this.#guard(async () => {
      if (rows.length === 0) return [];
      const answers = await appendRows(this.#topology, this.#keys, generation, rows);
      await this.#awaitReplicas();
      return answers;
    });
  }

  async *rows(generation: number): AsyncGenerator<readonly KeyRows[]> {
    const batches = allRows(this.#topology, this.#keys, generation);
    for (;;) {
      const { done, value } = await this.#guard(() => batches.next());
      if (done) return;
      yield value;
    }
  }

  dropRows(generation: number, t: bigint): Promise<number> {
    return this.#guard(() => dropRows(this.#topology, this.#keys, generation, t, paced(this.#sweepRate)));
  }

  removeRows(generation: number, rows: readonly RowWrite[]): Promise<number> {
    return this.#guard(async () => {
      if (rows.length === 0) return 0;
      const removed = await removeRows(this.#topology, this.#keys, generation, rows);
      await this.#awaitReplicas();
      return removed;
    });
  }

  /** A replica that still had the key would bring it back with a failover. */
  remove(key: Uint8Array, generations: readonly number[]): Promise<number> {
    return this.#guard(async () => {
      if (generations.length === 0) return 0;
      const [removed] = await this.#topology.ask([removeCommand(this.#keys, key, generations)]);
      await this.#awaitReplicas();
      return removed as number;
    });
  }

  sweep(generation: number): Promise<number> {
    return this.#guard(async () => {
      const field = generationField(generation);
      const hashes = this.#keys.buckets;
      const pace = paced(this.#sweepRate);
      await removeField(this.#topology, hashes, field, pace);
      await dropRows(this.#topology, this.#keys, generation, null, pace);
      const removed = await removeAllStates(this.#topology, this.#keys, generation, pace);
      await removeField(this.#topology, hashes, `${field}+`, pace);
      await this.#removeFormer(generation);
      return removed;
    });
  }

  warnings(): Promise<readonly string[]> {
    return this.#guard(async () => {
      const settings = await Promise.all((await this.#topology.primaries()).map(readSettings));
      return [...new Set(settings.flatMap(settingsWarnings))];
    });
  }

  ping(): Promise<void> {
    return this.#guard(async () => {
      await Promise.all((await this.#topology.primaries()).map((redis) => redis.ping()));
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#topology.close();
  }

  async #checkSettings(): Promise<void> {
    const { place } = this.#topology;
    const primaries = await this.#topology.primaries();
    for (const info of await Promise.all(primaries.map(readSettings))) checkNotEvicting(info, place);
  }

  async #removeFormer(generation: number): Promise<void> {
    if (this.#formerGone) return;
    this.#formerGone = await removeFormer(this.#topology, this.#keys, generation, paced(this.#sweepRate));
  }

  async #awaitReplicas(): Promise<void> {
    const { place } = this.#topology;
    const primaries = await this.#topology.primaries();
    await Promise.all(primaries.map((redis) => awaitReplicas(redis, this.#replicas, place)));
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw storeClosed(this.#topology.place);
    try {
      return await work();
    } catch (error) {
      // A bug, and no failure of Redis.
      if (BUGS.some((kind) => error instanceof kind)) throw error;
      const { place } = this.#topology;
      throw this.#closed ? storeClosed(place) : redisFailure(error, place, this.#topology.lastError());
    }
  }
}
