import { decodeUtf8 } from "./utf8.js";

const INT128_MAX = 2n ** 127n - 1n;

/** What a reader throws where bytes are not what their layout says. */
export class BytesInvalid extends Error {}

/** Reads what a ByteWriter wrote. Never reads beyond its end, and never believes a length it can't hold. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = from;
    this.#end = to;
  }

  /** Steps over `count` bytes and returns where they begin. */
  skip(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) throw new BytesInvalid("it ends too early");
    this.#at = at + count;
    return at;
  }

  bits(count: number): number {
    return this.skip(Math.ceil(count / 8));
  }

  bit(at: number, index: number): boolean {
    return (((this.#bytes[at + (index >> 3)] as number) >> (index & 7)) & 1) === 1;
  }

  u8(): number {
    return this.#bytes[this.skip(1)] as number;
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.skip(8), true);
  }

  i128(): bigint {
    const low = this.i64();
    return (this.i64() << 64n) | BigInt.asUintN(64, low);
  }

  f32(): number {
    return this.#view.getFloat32(this.skip(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.skip(8), true);
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 56; scale *= 0x80) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw new BytesInvalid("a length is too great");
  }

  zigzag(): bigint {
    let small = 0;
    for (let scale = 1; scale < 2 ** 49; scale *= 0x80) {
      const byte = this.u8();
      small += (byte & 0x7f) * scale;
      if (byte < 0x80) return BigInt(small % 2 === 0 ? small / 2 : -(small + 1) / 2);
    }
    let value = BigInt(small);
    for (let shift = 49n; shift < 133n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value >> 1n > INT128_MAX) break;
        return (value & 1n) === 0n ? value >> 1n : -(value >> 1n) - 1n;
      }
    }
    throw new BytesInvalid("an integer is too great");
  }

  /** How many values follow; each takes a bit at least, so a count that can't be true is refused. */
  count(): number {
    const count = this.varint();
    if (count > 8 * (this.#end - this.#at)) throw new BytesInvalid("it ends too early");
    return count;
  }

  text(): string {
    const length = this.varint();
    const at = this.skip(length);
    let ascii = "";
    if (length > 64) return this.#utf8(at, length);
    for (let i = 0; i < length; i++) {
      const byte = this.#bytes[at + i] as number;
      if (byte >= 0x80) return this.#utf8(at, length);
      ascii += String.fromCharCode(byte);
    }
    return ascii;
  }

  #utf8(at: number, length: number): string {
    try {
      return decodeUtf8(this.#bytes.subarray(at, at + length));
    } catch {
      throw new BytesInvalid("its text is not UTF-8");
    }
  }

  blob(): Uint8Array {
    const length = this.varint();
    const at = this.skip(length);
    // Not `slice`: a Buffer's shares its memory, which may be the store's own.
    return new Uint8Array(this.#bytes.subarray(at, at + length));
  }

  get atEnd(): boolean {
    return this.#at === this.#end;
  }

  /** Refuses bytes that nobody read. */
  finish(): void {
    if (this.#at !== this.#end) throw new BytesInvalid("it goes on after its end");
  }
}
