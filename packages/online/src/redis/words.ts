/** The arguments of a command, as they go over the wire. */
export interface Arguments {
  readonly count: number;
  readonly bytes: Buffer;
}

export type Word = Uint8Array | string | number;

const DOLLAR = 36;
const CR = 13;
const LF = 10;
const ZERO = 48;
/** Below it a loop copies faster than a call does. */
const FEW = 32;
/** A length and three line ends. */
const AROUND = 16;

/** Writes arguments one after another, each after its length: what a client library does, without an object for each. */
export class Words {
  #bytes = Buffer.allocUnsafeSlow(1 << 10);
  #end = 0;
  #count = 0;

  add(word: Word): this {
    return this.join(NOTHING, typeof word === "object" ? word : Buffer.from(String(word)));
  }

  /** Both as one argument. */
  join(begin: Uint8Array, rest: Uint8Array): this {
    this.#begin(begin.length + rest.length);
    this.#put(begin);
    this.#put(rest);
    this.#lineEnd();
    return this;
  }

  /** As one argument, but for two of its bytes. */
  leavingOut(bytes: Uint8Array, first: number, second: number): this {
    const length = bytes.length - 2;
    this.#begin(length);
    const at = this.#end;
    for (let i = 0; i < first; i++) this.#bytes[at + i] = bytes[i] as number;
    for (let i = first + 1; i < second; i++) this.#bytes[at + i - 1] = bytes[i] as number;
    this.#bytes.set(bytes.subarray(second + 1), at + second - 1);
    this.#end = at + length;
    this.#lineEnd();
    return this;
  }

  end(): Arguments {
    return { count: this.#count, bytes: this.#bytes.subarray(0, this.#end) };
  }

  #begin(length: number): void {
    if (this.#end + length + AROUND > this.#bytes.length) this.#grow(length + AROUND);
    this.#bytes[this.#end++] = DOLLAR;
    this.#digits(length);
    this.#lineEnd();
    this.#count++;
  }

  #digits(value: number): void {
    if (value >= 10) this.#digits(Math.trunc(value / 10));
    this.#bytes[this.#end++] = ZERO + (value % 10);
  }

  #lineEnd(): void {
    this.#bytes[this.#end++] = CR;
    this.#bytes[this.#end++] = LF;
  }

  #put(bytes: Uint8Array): void {
    const at = this.#end;
    if (bytes.length > FEW) this.#bytes.set(bytes, at);
    else for (let i = 0; i < bytes.length; i++) this.#bytes[at + i] = bytes[i] as number;
    this.#end = at + bytes.length;
  }

  #grow(room: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * (this.#end + room));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }
}

const NOTHING = new Uint8Array(0);
