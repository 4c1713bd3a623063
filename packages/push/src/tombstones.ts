import type { OnlineStore } from "@lockstep/online";
import { keyHash, type Registry } from "@lockstep/registry";

export interface Tombstones {
  /** True of a key that is to be forgotten, as far as the registry has been read. */
  has(key: Uint8Array): boolean;
  /** True where `has` is of none. */
  none(): boolean;
  /** After states were written: removes those whose keys were forgotten meanwhile. `ownerOf`: the entity's key that one tells of. */
  bury<W extends Written>(
    store: OnlineStore,
    generation: number,
    states: Iterable<W>,
    ownerOf?: (state: W) => Uint8Array,
  ): Promise<void>;
}

interface Written {
  readonly key: Uint8Array;
}

/**
 * What a run must not bring back. `forget` records a tombstone first and then removes the key, and a run writes first
 * and then looks for tombstones: whichever is last sees what the other did.
 */
export async function tombstonesOf(
  registry: Pick<Registry, "state">,
  project: string,
  entity: string | null,
): Promise<Tombstones> {
  const read = async () => {
    const { forgotten } = await registry.state();
    return new Set(forgotten.filter((f) => f.entity === entity).map((f) => f.key));
  };
  let known = await read();
  const atStart = known.size;
  const has = (key: Uint8Array) => known.size > 0 && known.has(keyHash(project, key));
  return {
    has,
    none: () => known.size === 0,
    bury: async (store, generation, states, ownerOf = ({ key }) => key) => {
      known = await read();
      if (known.size === atStart) return;
      for (const state of states) if (has(ownerOf(state))) await store.remove(state.key, [generation]);
    },
  };
}
