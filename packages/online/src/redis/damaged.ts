import { isIntact } from "../open-state.js";
import { compareStampBytes } from "../stamp.js";
import type { StateWrite } from "../store.js";
import { bucketOf } from "./buckets.js";
import { type Keyed, scriptCall } from "./calls.js";
import { generationField, type RedisKeys } from "./keys.js";
import { type Found, readCalls, readCommand, readResult } from "./read.js";
import { REPLACE } from "./scripts/replace.js";
import { addState } from "./stored-state.js";
import type { KeyCommand, Topology } from "./topology.js";

// A script compares stamps and knows no checksum: of what is there and would win, it is verified here. That is rare: a
// later run has written it, or it is damaged.

/** Read at once, and put in one trip. */
const KEYS_A_TRIP = 1_000;

type Servers = Pick<Topology, "ask" | "together">;

/** Puts the states that stayed out because what is there has a greater stamp, and is damaged. Returns how many. */
export const replaceDamaged = (
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  states: readonly StateWrite[],
): Promise<number> =>
  eachDamaged(servers, keys, generation, states, ({ value }, held) => compareStampBytes(held, value) > 0).then(
    ({ length }) => length,
  );

/** Removes the states that are damaged. Returns of which keys. */
export const removeDamaged = <T extends Keyed>(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  found: readonly T[],
): Promise<T[]> => eachDamaged(servers, keys, generation, found, () => true);

async function eachDamaged<T extends Keyed & { readonly value?: Uint8Array }>(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  items: readonly T[],
  wanted: (item: T, held: Uint8Array) => boolean,
): Promise<T[]> {
  const replaced: T[] = [];
  for (let i = 0; i < items.length; i += KEYS_A_TRIP) {
    const batch = items.slice(i, i + KEYS_A_TRIP);
    const held = await statesOf(servers, keys, generation, batch);
    const damaged = batch.flatMap((item, j) => {
      const state = held[j];
      return state && !isIntact(state) && wanted(item, state) ? [{ item, state }] : [];
    });
    if (damaged.length === 0) continue;
    const replies = await servers.ask(damaged.map(({ item, state }) => replaceCommand(keys, generation, item, state)));
    replaced.push(...damaged.flatMap(({ item }, j) => (replies[j] === 1 ? [item] : [])));
  }
  return replaced;
}

async function statesOf(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  items: readonly Keyed[],
): Promise<(Uint8Array | null | undefined)[]> {
  const reads = items.map(({ key }) => ({ key, generations: [generation] }));
  const calls = readCalls(reads, [], servers.together);
  const replies = await servers.ask(calls.map((call) => readCommand(keys, call)));
  return readResult(reads, calls, replies as Found[]).states.map(([state]) => state);
}

const replaceCommand = (
  keys: RedisKeys,
  generation: number,
  { key, value }: Keyed & { readonly value?: Uint8Array },
  held: Uint8Array,
): KeyCommand =>
  scriptCall(REPLACE, keys, [{ bucket: bucketOf(key), items: [{ key }] }], (words) => {
    words.add(generationField(generation)).add(held);
    if (value) addState(words, value);
    else words.add("");
  });
