import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { checksum } from "../src/checksum.js";

it("is zlib's CRC-32 of a part of the bytes, short or long", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(20), (bytes, skipped) => {
      const from = Math.min(skipped, bytes.length);
      expect(checksum(bytes, from, bytes.length)).toBe(crc32(bytes.subarray(from)));
    }),
  );
});
