import { type EntityIR, LockstepError, toWire, type Value, type ViewIR } from "@lockstep/core";
import { encodeKey, type OnlineStore } from "@lockstep/online";
import { type EvidenceFolder, keyHash, type Registry } from "@lockstep/registry";
import { idsOf } from "./ids-of-key.js";

export interface ForgetContext {
  readonly project: string;
  readonly store: OnlineStore;
  readonly registry: Registry;
  /** What runs noted of pushed rows loses the key's too. */
  readonly evidence?: EvidenceFolder;
}

export interface Forgotten {
  readonly entity: string;
  /** What the registry remembers in the key's place. */
  readonly hash: string;
  /** When the tombstone was first put up, ISO 8601. */
  readonly since: string;
  /** The generations that were looked through, of all views of the entity in all versions. */
  readonly generations: readonly number[];
  /** How many of them held the key. */
  readonly removed: number;
  /** How many of them still do: 0. */
  readonly left: number;
}

/** Puts up a key's tombstone, removes the key from every view and generation, and reads that it is gone. */
export async function forget(
  { project, store, registry, evidence }: ForgetContext,
  entity: EntityIR,
  values: readonly Value[],
  by: string,
): Promise<Forgotten> {
  const types = entity.keys.map((k) => k.type);
  const key = encodeKey(entity.name, types, values);
  if (key === null) {
    throw new LockstepError({
      code: "KEY_INVALID",
      place: `entity '${entity.name}'`,
      what: "a part of the key is null, and such a key is never seen",
      mend: `give ${entity.keys.map((k) => k.name).join(", ")}`,
    });
  }
  const { at, key: hash } = await registry.forget(entity.name, keyHash(project, key), by);
  const views = await viewsOf(registry, entity.name);
  const generations = [...views.keys()].sort((a, b) => a - b);
  for (const [generation, view] of views) {
    for (const id of await idsOf(store, view, generation, key)) await store.remove(id, [generation]);
  }
  const removed = await store.remove(key, generations);
  if (evidence) await forgetNoted(evidence, registry, views, values);
  const { states } = await store.read([{ key, generations }], []);
  const left = (states[0] ?? []).filter((state) => state !== null).length;
  if (left > 0) {
    throw new LockstepError({
      code: "FORGET_INCOMPLETE",
      place: `entity '${entity.name}'`,
      what: `after its removal ${left} views still had the key: a run under way has written it`,
      mend: "run `fs forget` again",
    });
  }
  return { entity: entity.name, hash, since: at, generations, removed, left };
}

/** The views of an entity by their generations, in every version there ever was. */
async function viewsOf(registry: Registry, entity: string): Promise<Map<number, ViewIR>> {
  const { versions } = await registry.state();
  return new Map(
    versions.flatMap(({ repo, generations }) =>
      repo.views.flatMap((view): [number, ViewIR][] => {
        const generation = generations[view.name];
        return view.entity === entity && generation !== undefined ? [[generation, view]] : [];
      }),
    ),
  );
}

async function forgetNoted(
  evidence: EvidenceFolder,
  registry: Registry,
  views: ReadonlyMap<number, ViewIR>,
  key: readonly Value[],
): Promise<void> {
  for (const { run, generation } of (await registry.state()).runs) {
    const view = views.get(generation);
    if (view?.push) await evidence.keepPushed(run, (row) => !isOf(view, key, row));
  }
}

/** Whether a row, as it was given, has the key. */
const isOf = ({ keys }: ViewIR, key: readonly Value[], row: unknown): boolean =>
  typeof row === "object" &&
  row !== null &&
  keys.every(({ column, type }, i) => {
    const given = new Map(Object.entries(row)).get(column);
    return JSON.stringify(given) === JSON.stringify(toWire(type, key[i] ?? null));
  });
