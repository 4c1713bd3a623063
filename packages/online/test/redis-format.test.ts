import { describe, expect, it } from "vitest";
import { addresses } from "../src/redis/addresses.js";
import { BUCKETS, bucketOf } from "../src/redis/buckets.js";
import { parseEntity, redisKeys } from "../src/redis/keys.js";
import { splitRows } from "../src/redis/row-list.js";

import { slotOf } from "../src/redis/slots.js";
import { addState, wholeState } from "../src/redis/stored-state.js";
import { Words } from "../src/redis/words.js";

describe("where a key lies in Redis", () => {
  it("never changes", () => {
    expect(["", "k", "airport", "\u{1f6eb}"].map((key) => bucketOf(Buffer.from(key)))).toMatchInlineSnapshot(`
      [
        257,
        680,
        153,
        581,
      ]
    `);
    const keys = redisKeys("lockstep:", "a}%");
    expect(keys.buckets[3]?.toString()).toBe("lockstep:#{a%7D%25@C}");
    expect(keys.entities[1023]?.toString()).toBe("lockstep:{a%7D%25__}");
    expect(keys.former[3]?.toString()).toBe("lockstep:{3:a%7D%25/3}");
  });

  it("can be told from the name of its hash", () => {
    const keys = redisKeys("lockstep:", "a}%");
    const parsed = (name: string) => parseEntity(keys, Buffer.from(name));
    expect(parsed("lockstep:{a%7D%25@C}")).toEqual({ bucket: 3, key: Buffer.alloc(0) });
    expect(parsed("lockstep:{a%7D%25__}}#:\u{1f6eb}")).toEqual({ bucket: 1023, key: Buffer.from("}#:\u{1f6eb}") });
    for (const name of ["C}k", "@@C}k", "@C", "@`}k", "?_}k", "`@}k", "B?}k", ""]) {
      expect(parsed(`lockstep:{a%7D%25${name}`), name).toBeNull();
    }
    expect(parsed("lockstep:{b%7D%25@C}")).toBeNull();
    expect(parsed("lockstep:#{a%7D%25@C}")).toBeNull();
  });

  it("has a pattern without a meaning of its own", () => {
    expect(redisKeys("[a]*", "p?\\").pattern).toBe("\\[a\\]\\*{p\\?\\\\??}*");
  });

  it("is any of the buckets, about as often", () => {
    const counts = new Uint32Array(BUCKETS);
    for (let i = 0; i < 100 * BUCKETS; i++) {
      const bucket = bucketOf(Buffer.from(`k${i}`));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(160);
  });

  it("is the slot that Redis says", () => {
    const slots = ["123456789", "x{123456789}y", "{}123456789", "a{b"].map((key) => slotOf(Buffer.from(key)));
    expect(slots.slice(0, 2)).toEqual([12_739, 12_739]);
    expect(slots[2]).not.toBe(12_739);
    expect(new Set(redisKeys("p:", "project").buckets.map(slotOf)).size).toBe(BUCKETS);
  });
});

it("arguments go after their lengths", () => {
  const long = Buffer.alloc(2_000, "x");
  const words = new Words().add(12).add("\u20ac").join(Buffer.from("a"), Buffer.of(0)).add("").add(long);
  expect(words.end().count).toBe(5);
  expect(words.end().bytes.toString()).toBe(`$2\r\n12\r\n$3\r\n\u20ac\r\n$2\r\na\0\r\n$0\r\n\r\n$2000\r\n${long}\r\n`);
});

describe("a state", () => {
  const stamped = (t: bigint, run: number, version = 1) => {
    const state = Buffer.alloc(20, 7);
    state[0] = version;
    state.writeBigUInt64BE(BigInt.asUintN(64, t) ^ (1n << 63n), 1);
    state.writeUInt32BE(run, 9);
    return state;
  };
  const stored = (state: Buffer): Buffer => {
    const words = new Words();
    addState(words, state);
    const { bytes } = words.end();
    return bytes.subarray(bytes.indexOf("\n") + 1, -2);
  };

  it.each([
    ["of our time", stamped(1_700_000_000_000_000n, 3_000), 18],
    ["of the last run that fits", stamped(0n, 0xffffff), 18],
    ["of a later run", stamped(0n, 0x1000000), 20],
    ["before 1970", stamped(-1n, 0), 20],
    ["far away", stamped(2n ** 63n - 1n, 1), 20],
    ["of nothing but a stamp", stamped(1n, 1).subarray(0, 13), 11],
    ["that is none", Buffer.from([1, 2, 3]), 3],
    ["of the last version", stamped(1n, 1, 127), 18],
  ])("%s comes back whole", (_, state, length) => {
    expect(stored(state)).toHaveLength(length);
    expect(wholeState(Buffer.from(stored(state)))).toEqual(state);
  });
});

it("rows lie after their lengths", () => {
  const list = Buffer.from("\0\0\0\x02ab\0\0\0\0\0\0\0\x01c");
  expect(splitRows(list).map(String)).toEqual(["ab", "", "c"]);
  expect(splitRows(null)).toEqual([]);
});

it("addresses are hosts and ports, of IPv6 too", () => {
  expect(addresses(["h:1", "[::1]:6379", "10.0.0.1:65535"], "here")).toEqual([
    { host: "h", port: 1 },
    { host: "::1", port: 6379 },
    { host: "10.0.0.1", port: 65_535 },
  ]);
});
