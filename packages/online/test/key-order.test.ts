import fc from "fast-check";
import { expect, it } from "vitest";
import { nearKeyOrder } from "../src/key-order.js";
import { packStates } from "../src/states-writer.js";
import type { StateWrite } from "../src/store.js";

const ordered = (entries: readonly StateWrite[]) =>
  Array.from(nearKeyOrder(packStates(entries)), (place) => entries[place]);

const shortKeys = fc.array(fc.uint8Array({ minLength: 3, maxLength: 3 }), { maxLength: 50 });

it("orders keys by their first bytes that differ, and leaves those of one key as they were", () => {
  fc.assert(
    fc.property(shortKeys, fc.uint8Array({ maxLength: 9 }), (keys, head) => {
      const entries = keys.map((key, i) => ({ key: Uint8Array.of(...head, ...key), value: Uint8Array.of(i) }));
      const expected = entries.toSorted((a, b) => Buffer.compare(a.key, b.key));
      expect(ordered(entries)).toEqual(expected);
    }),
  );
});

it("keeps every entry of keys of any length", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 12 })), (keys) => {
      const entries = keys.map((key, i) => ({ key, value: Uint8Array.of(i) }));
      expect(new Set(ordered(entries))).toEqual(new Set(entries));
    }),
  );
});

it("leaves keys of any length that are in order where they are", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 3, max: 2 })), (keys) => {
      const entries = keys.toSorted((a, b) => Buffer.compare(a, b)).map((key, i) => ({ key, value: Uint8Array.of(i) }));
      expect(ordered(entries)).toEqual(entries);
    }),
  );
});
