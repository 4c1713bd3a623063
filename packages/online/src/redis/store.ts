import { eachBounded } from "../bounded.js";
import { markBytes } from "../mark.js";
import type { KeyRead, Mark, OnlineStore, ReadResult, Stamp, StateWrite } from "../store.js";
import { storeClosed } from "../store-closed.js";
import { batched } from "./batched.js";
import { redisFailure } from "./errors.js";
import { markField, type RedisKeys, redisKeys } from "./keys.js";
import { checkKept, markCommands } from "./marks.js";
import { paced } from "./pace.js";
import { bucketReads, readCommand, readResult } from "./read.js";
import { removeCommand, removeStates } from "./removal.js";
import { awaitReplicas } from "./replicas.js";
import type { Topology } from "./topology.js";
import { readSettings, settingsWarnings } from "./warnings.js";
import { putTrips, sealCommands } from "./write.js";
import { WriteChains } from "./write-chains.js";

export interface StoreSettings {
  readonly project: string;
  /** Begins every key that the store makes. Default: `lockstep:` */
  readonly keyPrefix?: string;
  /** How long `publish` waits for replicas, in milliseconds. */
  readonly replicaTimeout?: number;
  /** How many states a second `sweep` looks at. */
  readonly sweepRate?: number;
}

const BUGS = [TypeError, ReferenceError, RangeError];
const TRIPS_IN_FLIGHT = 4;
const DEFAULTS = { keyPrefix: "lockstep:", replicaTimeout: 10_000, sweepRate: 100_000 };

/** The store on any arrangement of servers. */
export class RedisStore implements OnlineStore {
  readonly #topology: Topology;
  /** For reads: those of all callers together. */
  readonly #ask: Topology["ask"];
  readonly #keys: RedisKeys;
  readonly #chains = new WriteChains();
  readonly #replicaTimeout: number;
  readonly #sweepRate: number;
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
    this.#replicaTimeout = settings.replicaTimeout ?? DEFAULTS.replicaTimeout;
    this.#sweepRate = settings.sweepRate ?? DEFAULTS.sweepRate;
  }

  read(reads: readonly KeyRead[], generations: readonly number[]): Promise<ReadResult> {
    return this.#guard(async () => {
      const plan = bucketReads(reads, generations);
      const replies = plan.length > 0 ? await this.#ask(plan.map((read) => readCommand(this.#keys, read))) : [];
      return readResult(reads, plan, replies as (Buffer | null)[][]);
    });
  }

  write(generation: number, states: readonly StateWrite[]): Promise<{ written: number; kept: number }> {
    return this.#guard(() =>
      this.#chains.inTurn(generation, async (chain) => {
        let written = 0;
        await eachBounded(putTrips(this.#keys, generation, states, chain), TRIPS_IN_FLIGHT, async (trip) => {
          const replies = await this.#topology.ask(trip);
          checkKept(replies, this.#topology.place);
          for (const put of replies as number[]) written += put;
        });
        return { written, kept: states.length - written };
      }),
    );
  }

  /** The states first, on every server and replica; then the marks, on every server and replica. */
  publish(generation: number, mark: Mark, previous?: Stamp): Promise<void> {
    return this.#guard(() =>
      this.#chains.inTurn(generation, async (chain) => {
        const seal = sealCommands(this.#keys, chain);
        for (const commands of [seal, markCommands(this.#keys, generation, mark, chain, previous)]) {
          if (commands.length === 0) continue;
          checkKept(await this.#topology.ask(commands), this.#topology.place);
          await this.#awaitReplicas();
        }
        this.#chains.end(generation);
      }),
    );
  }

  removeOlder(generation: number, stamp: Stamp): Promise<number> {
    return this.#guard(() =>
      removeStates(this.#topology, this.#keys, generation, markBytes(stamp), () => Promise.resolve()),
    );
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
      const field = markField(generation);
      await this.#topology.ask(this.#keys.buckets.map((key) => ({ method: "hdel", key, args: [field] })));
      return removeStates(this.#topology, this.#keys, generation, null, paced(this.#sweepRate));
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

  async #awaitReplicas(): Promise<void> {
    const { place } = this.#topology;
    const primaries = await this.#topology.primaries();
    await Promise.all(primaries.map((redis) => awaitReplicas(redis, this.#replicaTimeout, place)));
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
