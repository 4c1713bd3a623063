import { checksum } from "./checksum.js";
import { encodeUtf8 } from "./utf8.js";

const ASCII = /^[\0-\x7f]*$/;
const SAFE = 2n ** 51n;

const SLAB = 262_144;
/** Up to here a loop is faster than a call. */
const SHORT = 24;

/**
 * Writes byte strings front to back, one after another: `begin`, values, `take`. They lie side by side in slabs, so
 * that taking one copies nothing and allocates little. Numbers are little-endian.
 */
export class ByteWriter {
  bytes: Uint8Array;
  view: DataView;
  #start = 0;
  #end = 0;

  /** `room`: how many bytes will be written, more or less; or the memory that they are written to. */
  constructor(room: number | ArrayBufferLike = SLAB) {
    this.bytes = typeof room === "number" ? new Uint8Array(room) : new Uint8Array(room);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Begins a byte string; one that was not taken is forgotten. */
  begin(): void {
    this.#end = this.#start;
  }

  /** What was written since `begin`, which nothing will write over. */
  take(): Uint8Array {
    const taken = this.written();
    this.#start = this.#end;
    return taken;
  }

  /** How many bytes were written since `begin`. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** What was written since `begin`, from a place on; good until the next byte is written. */
  written(from = 0): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.#start + from, this.length - from);
  }

  /** Forgets what is beyond so many bytes since `begin`. */
  cut(length: number): void {
    this.#end = this.#start + length;
  }

  /** Makes room for `count` more bytes, which hold anything, and returns where they begin. */
  room(count: number): number {
    if (this.#end + count > this.bytes.length) this.#grow(count);
    const at = this.#end;
    this.#end = at + count;
    return at;
  }

  #grow(count: number): void {
    const written = this.written();
    this.bytes = new Uint8Array(Math.max(SLAB, 2 * (written.length + count)));
    this.view = new DataView(this.bytes.buffer);
    this.bytes.set(written);
    this.#start = 0;
    this.#end = written.length;
  }

  /** Room for a bit for each of `count` values, none set. Returns a place for `setBit`: it stays good as more follows. */
  bits(count: number): number {
    const size = (count + 7) >> 3;
    const at = this.room(size);
    this.bytes.fill(0, at, at + size);
    return at - this.#start;
  }

  setBit(place: number, index: number): void {
    const byte = this.#start + place + (index >> 3);
    this.bytes[byte] = (this.bytes[byte] as number) | (1 << (index & 7));
  }

  /** The CRC-32 of what was written since `begin`, from a place on. */
  checksum(from = 0): void {
    this.u32(checksum(this.bytes, this.#start + from, this.#end));
  }

  u8(value: number): void {
    const at = this.room(1);
    this.bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.room(2);
    this.view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.room(4);
    this.view.setUint32(at, value, true);
  }

  i32(value: number): void {
    const at = this.room(4);
    this.view.setInt32(at, value, true);
  }

  i64(value: bigint): void {
    const at = this.room(8);
    this.view.setBigInt64(at, value, true);
  }

  /** An integer of 64 bits by its lower and its upper half. */
  halves(low: number, high: number): void {
    const at = this.room(8);
    this.view.setInt32(at, low, true);
    this.view.setInt32(at + 4, high, true);
  }

  i128(value: bigint): void {
    this.i64(BigInt.asIntN(64, value));
    this.i64(value >> 64n);
  }

  // A NaN's payload is whatever the CPU left: one NaN is written for all.
  f32(value: number): void {
    const at = this.room(4);
    if (Number.isNaN(value)) this.view.setUint32(at, 0x7fc0_0000, true);
    else this.view.setFloat32(at, value, true);
  }

  f64(value: number): void {
    const at = this.room(8);
    if (Number.isNaN(value)) {
      this.view.setUint32(at, 0, true);
      this.view.setUint32(at + 4, 0x7ff8_0000, true);
    } else this.view.setFloat64(at, value, true);
  }

  /** A whole number from 0 to 2^53, seven bits a byte. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.u8(rest);
  }

  /** A signed integer, short where it is near 0. */
  zigzag(value: bigint): void {
    if (value < SAFE && value > -SAFE) {
      const small = Number(value);
      this.varint(small < 0 ? -2 * small - 1 : 2 * small);
      return;
    }
    let rest = value < 0n ? -2n * value - 1n : 2n * value;
    while (rest >= 0x80n) {
      this.u8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.u8(Number(rest));
  }

  raw(value: Uint8Array): void {
    const at = this.room(value.length);
    if (value.length > SHORT) this.bytes.set(value, at);
    else for (let i = 0; i < value.length; i++) this.bytes[at + i] = value[i] as number;
  }

  /** Length, then UTF-8. */
  text(value: string): void {
    if (!ASCII.test(value)) {
      this.blob(encodeUtf8(value));
      return;
    }
    this.varint(value.length);
    const at = this.room(value.length);
    for (let i = 0; i < value.length; i++) this.bytes[at + i] = value.charCodeAt(i);
  }

  /** Length, then bytes. */
  blob(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }
}
