/** The arguments of a command, as they go over the wire. */
export interface Arguments {
  readonly count: number;
  /** Before them there is room for a `head`. */
  readonly bytes: Buffer;
}

/** Enough for a script's hash and how many arguments there are. */
const HEAD = 128;

/** A head, of ASCII if it is short, and the arguments after it: in place where there is room, so that nothing is copied. */
export function headed(head: string, { bytes }: Arguments): Buffer {
  const { length } = head;
  if (length > HEAD) return Buffer.concat([Buffer.from(head), bytes]);
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset - length, length + bytes.length);
  whole.write(head, "latin1");
  return whole;
}

export type Word = Uint8Array | string | number;

const DOLLAR = 36;
const CR = 13;
const LF = 10;
const ZERO = 48;
/** Below it a loop copies faster than a call does. */
const FEW = 32;
/** A length and three line ends. */
export const AROUND = 16;

/** Writes arguments one after another, each after its length: what a client library does, without an object for each. */
export class Words {
  #bytes: Buffer;
  #end: number;
  #count = 0;

  /** They begin at `start`. Where there is not room enough for them, they move. */
  constructor(
    bytes = Buffer.allocUnsafe(HEAD + (1 << 10)),
    private readonly start = HEAD,
  ) {
    this.#bytes = bytes;
    this.#end = start;
  }

  /** With room for so many bytes, `AROUND` for each word among them. */
  static ofRoom(room: number): Words {
    return new Words(Buffer.allocUnsafeSlow(HEAD + room));
  }

  get count(): number {
    return this.#count;
  }

  get length(): number {
    return this.#end - this.start;
  }

  add(word: Word): this {
    return typeof word === "object" ? this.join(NOTHING, word) : this.#text(String(word));
  }

  addAll(words: Words): this {
    if (this.#end + words.length > this.#bytes.length) this.#grow(words.length);
    const { count, bytes } = words.end();
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
    this.#count += count;
    return this;
  }

  /** Both as one argument: the second from a place on and before another. */
  join(begin: Uint8Array, rest: Uint8Array, from = 0, to = rest.length): this {
    this.#begin(begin.length + to - from);
    this.#put(begin, 0, begin.length);
    this.#put(rest, from, to);
    this.#lineEnd();
    return this;
  }

  /** What lies from a place on and before another as one argument, but for two of its bytes. */
  leavingOut(bytes: Uint8Array, first: number, second: number, from: number, to: number): this {
    const length = to - from - 2;
    this.#begin(length);
    const [into, at] = [this.#bytes, this.#end];
    for (let i = 0; i < first; i++) into[at + i] = bytes[from + i] as number;
    for (let i = first + 1; i < second; i++) into[at + i - 1] = bytes[from + i] as number;
    copy(bytes, from + second + 1, to, into, at + second - 1);
    this.#end = at + length;
    this.#lineEnd();
    return this;
  }

  end(): Arguments {
    return { count: this.#count, bytes: this.#bytes.subarray(this.start, this.#end) };
  }

  #text(text: string): this {
    this.#begin(Buffer.byteLength(text));
    this.#end += this.#bytes.write(text, this.#end);
    this.#lineEnd();
    return this;
  }

  #begin(length: number): void {
    if (this.#end + length + AROUND > this.#bytes.length) this.#grow(length + AROUND);
    const into = this.#bytes;
    let at = this.#end;
    into[at++] = DOLLAR;
    let power = 1;
    while (power * 10 <= length) power *= 10;
    for (; power >= 1; power /= 10) into[at++] = ZERO + (Math.trunc(length / power) % 10);
    into[at++] = CR;
    into[at++] = LF;
    this.#end = at;
    this.#count++;
  }

  #lineEnd(): void {
    this.#bytes[this.#end++] = CR;
    this.#bytes[this.#end++] = LF;
  }

  #put(bytes: Uint8Array, from: number, to: number): void {
    copy(bytes, from, to, this.#bytes, this.#end);
    this.#end += to - from;
  }

  #grow(room: number): void {
    const larger = Buffer.allocUnsafeSlow(2 * (this.#end + room));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }
}

const NOTHING = new Uint8Array(0);

/** Bytes from a place on and before another, into others. */
export function copy(bytes: Uint8Array, from: number, to: number, into: Buffer, at: number): void {
  if (to - from > FEW) into.set(bytes.subarray(from, to), at);
  else for (let i = from; i < to; i++) into[at + i - from] = bytes[i] as number;
}
