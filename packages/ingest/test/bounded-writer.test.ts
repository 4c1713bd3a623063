import { eachState, type States } from "@lockstep/online";
import { expect, it } from "vitest";
import { BoundedWriter } from "../src/bounded-writer.js";

it("writes each state once, though the memory of those that were written is used again", async () => {
  const read: string[] = [];
  const begun: States[] = [];
  const writer = new BoundedWriter(async (states) => {
    begun.push(states);
    await new Promise((resolve) => setTimeout(resolve, (7 * begun.length) % 5));
    for (const { key, value } of eachState(states)) read.push(`${Buffer.from(key)}: ${Buffer.from(value)}`);
    return { written: states.count, kept: 1 };
  }, 3);
  const expected: string[] = [];
  for (let i = 0; i < 60_000; i++) {
    const value = "v".repeat(i % 90);
    writer.states.put({ key: Buffer.from(`k${i}`), value: Buffer.from(value) });
    expected.push(`k${i}: ${value}`);
    if (i % 500 === 0) await writer.flushFull();
  }
  expect(await writer.finish()).toEqual({ kept: begun.length });
  expect(read.toSorted()).toEqual(expected.toSorted());
  expect(new Set(begun.map(({ bytes }) => bytes.buffer)).size).toBeLessThan(begun.length);
});

it("writes over nothing that a write which failed may still need", async () => {
  const begun: States[] = [];
  const writer = new BoundedWriter(async (states) => {
    begun.push(states);
    throw new Error("refused");
  });
  writer.states.put({ key: Buffer.from("k"), value: Buffer.from("v") });
  await expect(writer.finish()).rejects.toThrow("refused");
  writer.states.put({ key: Buffer.from("l"), value: Buffer.from("w") });
  const held = writer.states.take();
  expect(held.bytes.buffer).not.toBe(begun[0]?.bytes.buffer);
});
