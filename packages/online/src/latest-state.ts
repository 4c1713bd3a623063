import type { Value } from "@lockstep/core";
import type { KeyState } from "./key-state.js";
import type { LatestSlots, Slot } from "./latest-slots.js";
import { type OpenState, PAYLOAD } from "./open-state.js";
import { compareStampBytes, readStamp } from "./stamp.js";
import type { Stamp } from "./store.js";

/** No value of a slot has a place below it. */
const NULL = 0;
const WINNER = 0;

/** A state of a winner and nothing else, as it lies in its bytes: a value is read when it is asked for. */
export class LatestState implements KeyState {
  readonly tiles = [];
  readonly lifetimes = [];
  readonly #opened: OpenState;
  readonly #layout: LatestSlots;
  readonly #places: readonly number[];

  private constructor(opened: OpenState, layout: LatestSlots, places: readonly number[]) {
    this.#opened = opened;
    this.#layout = layout;
    this.#places = places;
  }

  /** Null where the bytes hold anything else, events for instance. */
  static of(opened: OpenState, layout: LatestSlots): LatestState | null {
    const { bytes, end } = opened;
    if (end <= layout.values) return null;
    const places = isFull(bytes, layout.bits) ? layout.places : placesOf(bytes, layout);
    // Then there is the number of its events, and that is all.
    const after = places[layout.bits] as number;
    return after + 1 === end && bytes[after] === 0 ? new LatestState(opened, layout, places) : null;
  }

  get stamp(): Stamp {
    return readStamp(this.#opened.bytes);
  }

  /** Whether its stamp is greater than the one in those bytes. */
  isAfter(stamped: Uint8Array): boolean {
    return compareStampBytes(this.#opened.bytes, stamped) > 0;
  }

  /** The winner's event time; null: there is none. */
  get at(): bigint | null {
    const place = this.#places[WINNER] as number;
    return place === NULL ? null : this.#opened.view.getBigInt64(place, true);
  }

  /** Of the row features of the layout. */
  value(index: number): Value {
    const place = this.#places[index + 1] as number;
    return place === NULL ? null : (this.#layout.slots[index + 1] as Slot).read(this.#opened.view, place);
  }

  get latest(): KeyState["latest"] {
    const { at } = this;
    if (at === null) return null;
    return { at, values: Array.from({ length: this.#layout.bits - 1 }, (_, i) => this.value(i)) };
  }

  get events(): KeyState["events"] {
    return { at: [], inputs: this.#opened.codec.events.map(() => []) };
  }
}

function isFull(bytes: Uint8Array, bits: number): boolean {
  let at = PAYLOAD;
  for (let rest = bits; rest > 0; rest -= 8) {
    if (bytes[at++] !== (rest >= 8 ? 0xff : (1 << rest) - 1)) return false;
  }
  return true;
}

function placesOf(bytes: Uint8Array, { bits, values, slots }: LatestSlots): number[] {
  const places: number[] = [];
  let at = values;
  for (let i = 0; i < bits; i++) {
    const set = ((bytes[PAYLOAD + (i >> 3)] as number) >> (i & 7)) & 1;
    places.push(set ? at : NULL);
    if (set) at += (slots[i] as Slot).width;
  }
  return [...places, at];
}
