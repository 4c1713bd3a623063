import { setTimeout as sleep } from "node:timers/promises";
import { LockstepError } from "@lockstep/core";
import { Cluster, type Redis } from "ioredis";
import type { OnlineStore } from "../store.js";
import { type Address, addresses } from "./addresses.js";
import { type ConnectionSettings, commandTimeoutOf, connectionOptions, retryDelay } from "./connection.js";
import { asked, isForgotten, type Outcome, pipelined, repliesOf } from "./pipeline.js";
import { whyUnreachable } from "./probe.js";
import { slotOf } from "./slots.js";
import { RedisStore, type StoreSettings } from "./store.js";
import type { KeyCommand, Topology } from "./topology.js";
import { within } from "./within.js";

export interface RedisClusterOptions extends ConnectionSettings, StoreSettings {
  /** `host:port` of some of its nodes; they name the others. */
  readonly nodes: readonly string[];
  /** The `host:port` that nodes name to the one under which they are reached from here. */
  readonly natMap?: Readonly<Record<string, string>>;
}

const REDIRECT_MS = 50;

export async function openRedisClusterStore(options: RedisClusterOptions): Promise<OnlineStore> {
  const nodes = addresses(options.nodes, "the online store's nodes");
  checkPrefix(options.keyPrefix ?? "");
  const cluster = new Cluster([...nodes], {
    ...(options.natMap === undefined || Object.keys(options.natMap).length === 0
      ? {}
      : { natMap: natMapOf(options.natMap) }),
    redisOptions: connectionOptions(options),
    clusterRetryStrategy: retryDelay,
    clusterNodeRetryStrategy: null,
    slotsRefreshTimeout: options.connectTimeout ?? 3_000,
    slotsRefreshInterval: 5_000,
    retryDelayOnFailover: REDIRECT_MS * 2,
    retryDelayOnClusterDown: REDIRECT_MS * 2,
    retryDelayOnTryAgain: REDIRECT_MS,
  });
  const place = `redis-cluster://${nodes.map(({ host, port }) => `${host}:${port}`).join(",")}`;
  const probe = () => whyUnreachable(nodes[0] as Address, options);
  return new RedisStore(
    "redis-cluster",
    new ClusterTopology(cluster, place, commandTimeoutOf(options), probe),
    options,
  );
}

function natMapOf(given: Readonly<Record<string, string>>): Record<string, Address> {
  const parsed = (texts: readonly string[]) => addresses(texts, "the online store's natMap");
  const reached = parsed(Object.values(given));
  // ioredis writes an IPv6 address without its brackets.
  return Object.fromEntries(
    parsed(Object.keys(given)).map(({ host, port }, i) => [`${host}:${port}`, reached[i] as Address]),
  );
}

/** Its braces would be the hash tag, in place of the bucket's, and everything would lie in one slot. */
function checkPrefix(keyPrefix: string): void {
  if (!/\{/.test(keyPrefix)) return;
  throw new LockstepError({
    code: "ONLINE_PREFIX",
    place: `keyPrefix '${keyPrefix}'`,
    what: "a prefix with a brace would put all keys into one slot of the Cluster",
    mend: "leave out the brace",
  });
}

/** What was sent to a node that is gone, or that no longer has the slot: ioredis finds the right one. */
const isElsewhere = ({ message }: Error): boolean =>
  /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN) |access a non local key/.test(message) || message === "Connection is closed.";

/** Some of the call's keys have moved already, or a script met one that has. */
const isMoving = ({ message }: Error): boolean =>
  /^TRYAGAIN |Too many Cluster redirections|access a non local key/.test(message);

class ClusterTopology implements Topology {
  readonly together = false;
  #lastError: unknown;
  #probing = false;
  #closed = false;
  readonly #slots = new Map<Buffer, number>();

  constructor(
    private readonly cluster: Cluster,
    readonly place: string,
    private readonly timeout: number,
    probe: () => Promise<unknown>,
  ) {
    cluster.on("error", (error) => {
      this.#lastError = error;
    });
    cluster.on("node error", (error) => {
      this.#lastError = error;
    });
    // ioredis says no more than that, where no node can be asked for the slots.
    cluster.on("close", () => void this.#findOut(probe));
    cluster.on("refresh", () => {
      this.#lastError = undefined;
    });
  }

  /** ioredis would keep commands without end while there is no Cluster. */
  ask(commands: readonly KeyCommand[]): Promise<readonly unknown[]> {
    const end = Date.now() + this.timeout;
    return within(this.timeout, async () => {
      const replies: unknown[] = new Array(commands.length);
      await Promise.all(
        [...this.#byNode(commands)].map(async ([node, indexes]) => {
          const own = indexes.map((i) => commands[i] as KeyCommand);
          const found = await this.#askNode(node, own, end);
          indexes.forEach((index, i) => {
            replies[index] = found[i];
          });
        }),
      );
      return replies;
    });
  }

  primaries(): Promise<readonly Redis[]> {
    return within(this.timeout, async () => {
      // A command of its own, so that the Cluster is there, and its slots are known.
      await this.cluster.cluster("INFO");
      const holders = new Set(this.cluster.slots.map(([primary]) => primary));
      return this.cluster.nodes("master").filter((node) => holders.has(nameOf(node)));
    });
  }

  lastError(): unknown {
    return this.#lastError;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.cluster.status === "ready") await this.cluster.quit().catch(() => undefined);
    this.cluster.disconnect();
  }

  async #findOut(probe: () => Promise<unknown>): Promise<void> {
    if (this.#probing || this.#closed) return;
    this.#probing = true;
    const found = await probe();
    this.#probing = false;
    if (found !== undefined && this.cluster.status !== "ready") this.#lastError = found;
  }

  async #askNode(node: Redis | undefined, commands: readonly KeyCommand[], end: number): Promise<unknown[]> {
    const again = (command: KeyCommand): Promise<unknown> => this.#askUntil(command, end);
    const outcomes =
      node === undefined
        ? commands.map((): Outcome => [new Error("Connection is closed."), null])
        : await pipelined(node, commands);
    return repliesOf(commands, outcomes, (error) => isElsewhere(error) || isForgotten(error), again);
  }

  /** ioredis finds the right node, but gives up soon where a slot is on its way from one to another. */
  async #askUntil(command: KeyCommand, end: number): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await asked(this.cluster, command);
      } catch (error) {
        if (!isMoving(error as Error) || Date.now() >= end) throw error;
        await sleep(retryDelay(attempt));
      }
    }
  }

  #byNode(commands: readonly KeyCommand[]): Map<Redis | undefined, number[]> {
    const nodes = new Map(this.cluster.nodes("all").map((node) => [nameOf(node), node]));
    const groups = new Map<Redis | undefined, number[]>();
    for (const [i, { key }] of commands.entries()) {
      const node = nodes.get(this.cluster.slots[this.#slotOf(key)]?.[0] ?? "");
      const group = groups.get(node);
      if (group) group.push(i);
      else groups.set(node, [i]);
    }
    return groups;
  }

  /** The buckets' keys are always the same objects. */
  #slotOf(key: Buffer): number {
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = slotOf(key);
    this.#slots.set(key, slot);
    return slot;
  }
}

const nameOf = ({ options }: Redis): string => `${options.host}:${options.port}`;
