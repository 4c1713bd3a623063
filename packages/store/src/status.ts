import { formatInstant, type Instant, isLockstepError } from "@lockstep/core";
import { type CompletedRuns, isRolledBack, type OnlineStore, type Stamp } from "@lockstep/online";
import type { AppliedVersion, RegistryState } from "@lockstep/registry";
import { completedRuns } from "./completed-runs.js";
import type { ResolvedConfig } from "./config/index.js";
import type { FeatureStore, StoreHealth, StoreStatus } from "./feature-store.js";

type Open = () => Promise<OnlineStore>;

/** What is applied, what is in the online store, and how old it is. */
export async function statusOf(store: FeatureStore, config: ResolvedConfig, open: Open): Promise<StoreStatus> {
  const { kind } = config.online();
  const state = await store.registry.state();
  const now = store.now();
  const online = await lookAt(open, kind, state, [state.head, state.served]);
  const views = (state.head?.repo.views ?? []).map((view): StoreStatus["views"][number] => {
    const generation = state.head?.generations[view.name] ?? -1;
    const watermark = online.published.get(generation) ?? null;
    const runs = state.runs.filter((r) => r.generation === generation && r.view === view.name);
    const lag = watermark === null ? null : Number(now - watermark) / 1e6;
    const freshness = view.freshness === null ? null : view.freshness / 1e6;
    return {
      view: view.name,
      generation,
      servedGeneration: servedInstead(state, view.name, generation),
      watermark: watermark === null ? null : formatInstant(watermark),
      lagSeconds: lag,
      freshnessSeconds: freshness,
      stale: freshness !== null && (lag === null || lag > freshness),
      keys: runs.findLast((r) => r.state === "complete" && (r.mode ?? "full") === "full")?.keys ?? null,
      lastRun: runs.at(-1)?.state ?? null,
      lastRunStarted: runs.at(-1)?.startedAt ?? null,
    };
  });
  return {
    project: config.project,
    environment: config.environment,
    now: formatInstant(now),
    version: state.head?.version ?? null,
    served: state.served?.version ?? null,
    appliedAt: state.head?.appliedAt ?? null,
    online: { kind: online.kind, reachable: online.reachable, warnings: online.warnings },
    views,
  };
}

function servedInstead({ served }: RegistryState, view: string, generation: number): number | null {
  const own = served?.generations[view];
  return own === undefined || own === generation ? null : own;
}

/** What a server tells of what it depends on. */
export async function healthOf(store: FeatureStore, config: ResolvedConfig, open: Open): Promise<StoreHealth> {
  const { kind } = config.online();
  const state = await store.registry.state();
  const { served: head } = state;
  const now = store.now();
  const online = await lookAt(open, kind, state, [head]);
  return {
    registry: head
      ? { ok: true, version: head.version }
      : { ok: false, version: null, error: "nothing has been applied" },
    store: {
      ok: online.reachable,
      kind: online.kind,
      warnings: online.warnings,
      ...(online.reachable ? {} : { error: online.warnings[0] ?? "the online store cannot be reached" }),
    },
    views: (head?.repo.views ?? []).map((view) => {
      const watermark = online.published.get(head?.generations[view.name] ?? -1) ?? null;
      const fresh =
        view.freshness === null ? undefined : watermark !== null && now - watermark <= BigInt(view.freshness);
      const staleness = watermark === null ? null : Number(now - watermark) / 1e6;
      const declared = view.freshness === null ? {} : { freshness: view.freshness / 1e6 };
      return { view: view.name, watermark, ...(fresh === undefined ? {} : { fresh }), staleness, ...declared };
    }),
  };
}

interface Online {
  readonly kind: string;
  readonly reachable: boolean;
  readonly warnings: readonly string[];
  readonly published: ReadonlyMap<number, Instant>;
}

async function lookAt(
  open: Open,
  kind: string,
  state: RegistryState,
  versions: readonly (AppliedVersion | null)[],
): Promise<Online> {
  try {
    const store = await open();
    await store.ping();
    const generations = new Map(
      versions.flatMap((version) =>
        Object.entries(version?.generations ?? {}).map(([view, generation]) => [generation, view] as const),
      ),
    );
    const published = await marksOf(store, [...generations.keys()]);
    return {
      kind,
      reachable: true,
      warnings: [...(await store.warnings()), ...losses(generations, published, completedRuns(state))],
      published: new Map([...published].map(([g, stamp]) => [g, stamp.t])),
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { kind, reachable: false, warnings: [text], published: new Map() };
  }
}

/** What is damaged is lost, and of one generation alone. */
async function marksOf(
  store: Pick<OnlineStore, "read">,
  generations: readonly number[],
): Promise<ReadonlyMap<number, Stamp>> {
  try {
    return (await store.read([], generations)).published;
  } catch (error) {
    if (!isLockstepError(error) || error.code !== "STATE_CORRUPT") throw error;
    if (generations.length <= 1) return new Map();
    const each = await Promise.all(generations.map((generation) => marksOf(store, [generation])));
    return new Map(each.flatMap((marks) => [...marks]));
  }
}

/** What a part of the store has lost since a run was complete; reads of it fail. */
function losses(
  generations: ReadonlyMap<number, string>,
  published: ReadonlyMap<number, Stamp>,
  completed: CompletedRuns,
): string[] {
  return [...generations].flatMap(([generation, view]) => {
    const run = completed.get(generation);
    if (run === undefined || (published.has(generation) && !isRolledBack(published.get(generation), run))) return [];
    return [
      `the store, or a shard of it, has lost run ${run.run} of ${view}, or a part of it: run \`fs materialize ${view}\``,
    ];
  });
}
