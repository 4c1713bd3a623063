import { compileRepo } from "@lockstep/core";
import { type MaterializeOptions, materialize } from "@lockstep/ingest";
import type { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import type { AppliedVersion, Registry } from "@lockstep/registry";
import type { Row, Value } from "../oracle/index.js";
import { memoryRegistry } from "../support/memory-registry.js";
import type { History } from "./history.js";
import type { Case } from "./model.js";
import { loadRows, tableSources } from "./table-source.js";

/** A connection to where rows are, and a handle on the store, as one process has them. */
export interface Process {
  readonly db: Database;
  readonly store: OnlineStore;
}

/** A T, and the rows that the source had when a run of that T read it. */
export interface Snapshot {
  readonly t: bigint;
  readonly rows: readonly Row[];
}

/** What a generation holds: a complete run, and what runs that broke off since may have left of some keys. */
export interface Written {
  whole: Snapshot | null;
  torn: Snapshot[];
}

/** What there is, and what the test knows about it. */
export interface World {
  readonly history: History;
  readonly processes: readonly [Process, Process];
  readonly registry: Registry;
  /** All instants that a step may pick. */
  readonly instants: readonly bigint[];
  /** The latest T there was. */
  wall: bigint;
  /** The definition that was applied last, and all with their generations. */
  head: Applied;
  readonly applied: Applied[];
  readonly written: Map<number, Written>;
  readonly swept: Set<number>;
  readonly forgotten: Value[][];
  /** For each generation the rows that were pushed to it, and those that it took over. */
  readonly pushed: Map<number, Row[]>;
}

export interface Applied {
  readonly of: Case;
  readonly version: AppliedVersion;
  readonly generation: number;
}

export async function openWorld(history: History, processes: World["processes"]): Promise<World> {
  const [first] = history.versions as readonly [Case];
  const registry = memoryRegistry();
  const head = await applyVersion(registry, history, first);
  const instants = instantsOf(first);
  return {
    ...{ history, processes, registry, instants, head },
    wall: instants[0] as bigint,
    applied: [head],
    written: new Map([[head.generation, nothing()]]),
    swept: new Set(),
    forgotten: [],
    pushed: new Map([[head.generation, []]]),
  };
}

export const nothing = (): Written => ({ whole: null, torn: [] });

export const headOf = ({ written, head }: World): Written => written.get(head.generation) as Written;

export async function applyVersion(registry: Registry, { lookback }: History, of: Case): Promise<Applied> {
  const { ir } = compileRepo("p", [of.service]);
  const repo = { ...ir, sources: ir.sources.map((s) => ({ ...s, lookback: Number(lookback) })) };
  const { head } = await registry.state();
  const version = await registry.apply(head?.version ?? 0, repo, new Uint8Array(), "test");
  return { of, version, generation: version.generations["v"] as number };
}

/** One materialization of the newest definition over rows in an order of their own. */
export async function run(
  world: World,
  { db, store }: Process,
  rows: readonly Row[],
  turn: number,
  options: MaterializeOptions,
  registry = world.registry,
): Promise<void> {
  const from = turn % Math.max(1, rows.length);
  const table = await loadRows(db, [...rows.slice(from), ...rows.slice(0, from)]);
  const { version } = world.head;
  try {
    await materialize({ db, version, sources: tableSources(table), registry, store, now: world.wall }, options);
  } finally {
    await db.run(`DROP TABLE ${table}`);
  }
}

/** What the source has by now. A row arrives up to `lookback` after it is known; some that are not known yet are there before. */
export function arrived({ history, head, wall }: World): Row[] {
  const { source } = head.of.oracle;
  return head.of.rows.filter((row, i) => {
    const known = source.knownAt(row);
    if (known === null || (known > wall && i % 4 === 0)) return true;
    return known + (history.lookback * BigInt((i * 7) % 3)) / 2n <= wall;
  });
}

function instantsOf(c: Case): bigint[] {
  const known = c.rows.flatMap((row) => c.oracle.source.knownAt(row) ?? []);
  const happened = c.rows.flatMap((row) => (row[c.oracle.source.eventTime] as bigint | null) ?? []);
  return [...known, ...happened, c.watermark].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
