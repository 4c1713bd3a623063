import type { OnlineStore, StateWrite } from "@lockstep/online";
import { keyHash, type Registry } from "@lockstep/registry";

export interface Tombstones {
  /** True of a key that is to be forgotten, as far as the registry has been read. */
  has(key: Uint8Array): boolean;
  /** After states were written: removes those whose keys were forgotten meanwhile. */
  bury(store: OnlineStore, generation: number, states: readonly Written[]): Promise<void>;
}

/** What was written to a key; `of`: the entity's key that it tells of, where that is another. */
export type Written = Pick<StateWrite, "key"> & { readonly of?: Uint8Array };

/**
 * What a run must not bring back. `forget` records a tombstone first and then removes the key, and a run writes first
 * and then looks for tombstones: whichever is last sees what the other did.
 */
export async function tombstonesOf(registry: Registry, project: string, entity: string | null): Promise<Tombstones> {
  const read = async () => {
    const { forgotten } = await registry.state();
    return new Set(forgotten.filter((f) => f.entity === entity).map((f) => f.key));
  };
  let known = await read();
  const atStart = known.size;
  const has = (key: Uint8Array) => known.size > 0 && known.has(keyHash(project, key));
  return {
    has,
    bury: async (store, generation, states) => {
      known = await read();
      if (known.size === atStart) return;
      for (const { key, of = key } of states) if (has(of)) await store.remove(key, [generation]);
    },
  };
}
