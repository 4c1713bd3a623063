import { describe, expect, it } from "vitest";
import { addresses } from "../src/redis/addresses.js";
import { BUCKETS, bucketOf } from "../src/redis/buckets.js";
import { redisKeys } from "../src/redis/keys.js";
import { packStates } from "../src/redis/pack.js";
import { slotOf } from "../src/redis/slots.js";

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
    expect(redisKeys("lockstep:", "a}%").buckets[3]?.toString()).toBe("lockstep:{3:a%7D%25/3}");
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
    expect(new Set(redisKeys("p:", "project").buckets.map(slotOf)).size).toBeGreaterThan(950);
  });
});

it("states are packed after their lengths", () => {
  const states = [{ key: Buffer.from("k"), value: Buffer.from("vv") }];
  expect(packStates(Buffer.from("1:"), [...states, ...states]).toString("latin1")).toBe(
    "\0\0\0\x031:k\0\0\0\x02vv".repeat(2),
  );
});

it("addresses are hosts and ports, of IPv6 too", () => {
  expect(addresses(["h:1", "[::1]:6379", "10.0.0.1:65535"], "here")).toEqual([
    { host: "h", port: 1 },
    { host: "::1", port: 6379 },
    { host: "10.0.0.1", port: 65_535 },
  ]);
});
