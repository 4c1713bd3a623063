import { PARTIALS, type PartialSpec, type State, type StateLayout, type Value } from "@lockstep/core";
import type { KeyState } from "../src/key-state.js";
import type { Stamp } from "../src/store.js";
import type { PlainState } from "./batch.js";

/** What decoding a plain state's bytes must give. */
export function keyStateOf(layout: StateLayout, state: PlainState, stamp: Stamp): KeyState {
  const load = ({ fn }: PartialSpec, columns: readonly Value[] | undefined): State => PARTIALS[fn].load(columns ?? []);
  return {
    stamp,
    latest: state.latest,
    tiles: layout.tiles.map((group, g) => ({
      starts: (state.tiles[g] ?? []).map((tile) => tile.start),
      partials: group.partials.map((spec, p) => (state.tiles[g] ?? []).map((tile) => load(spec, tile.partials[p]))),
    })),
    lifetimes: layout.lifetimes.map((group, g) => group.partials.map((spec, p) => load(spec, state.lifetimes[g]?.[p]))),
    events: {
      at: state.events.map((event) => event.at),
      inputs: layout.inputs.map((_, i) => state.events.map((event) => event.inputs[i] as Value)),
    },
  };
}
