import { ByteWriter } from "./byte-writer.js";
import type { States } from "./states.js";
import type { StateWrite } from "./store.js";
import type { CellWriter } from "./value-codec.js";

/** Writes the key of a row; false where it has none, and then nothing is written. */
export type KeyWriter = (out: ByteWriter, row: number) => boolean;

const FIRST = 1_024;

/** Gathers states until they are taken. */
export class StatesWriter {
  #out = new ByteWriter();
  #ends: Uint32Array = new Uint32Array(2 * FIRST);
  #count = 0;
  readonly #spare: States[] = [];

  get count(): number {
    return this.#count;
  }

  /** Of keys and states together. */
  get bytes(): number {
    return this.#out.length;
  }

  /** Adds a row's, unless it has no key or the key isn't wanted. Returns how many bytes its state takes, 0 for none. */
  add(key: KeyWriter, state: CellWriter, row: number, wanted?: (key: Uint8Array) => boolean): number {
    const out = this.#out;
    const from = out.length;
    if (!key(out, row)) return 0;
    const middle = out.length;
    if (wanted && !wanted(out.written(from))) {
      out.cut(from);
      return 0;
    }
    state(out, row);
    return this.#end(middle);
  }

  put({ key, value }: StateWrite): void {
    this.#out.raw(key);
    const middle = this.#out.length;
    this.#out.raw(value);
    this.#end(middle);
  }

  #end(middle: number): number {
    const at = 2 * this.#count++;
    if (at === this.#ends.length) {
      const more = new Uint32Array(2 * at);
      more.set(this.#ends);
      this.#ends = more;
    }
    const end = this.#out.length;
    this.#ends[at] = middle;
    this.#ends[at + 1] = end;
    return end - middle;
  }

  /** What was gathered, whose memory is nobody else's; the next begin anew. */
  take(): States {
    const states = { count: this.#count, bytes: this.#out.written(), ends: this.#ends.subarray(0, 2 * this.#count) };
    const spare = this.#spare.pop();
    this.#out = new ByteWriter(spare?.bytes.buffer ?? states.bytes.length);
    this.#ends = spare ? new Uint32Array(spare.ends.buffer) : new Uint32Array(Math.max(2 * FIRST, this.#ends.length));
    this.#count = 0;
    return states;
  }

  /** States that were taken, and that nobody needs any more: others are gathered in their memory. */
  giveBack(states: States): void {
    this.#spare.push(states);
  }
}

export function packStates(states: Iterable<StateWrite>): States {
  const writer = new StatesWriter();
  for (const state of states) writer.put(state);
  return writer.take();
}
