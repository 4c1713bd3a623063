import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { addedRows } from "../src/evidence/added-rows.js";

const MODULUS = 2n ** 64n;
const rows = Array.from({ length: 30 }, (_, i) => ({
  // No multiples of one number: of those, many sums are the same.
  h: createHash("sha256").update(String(i)).digest().readBigUInt64LE(),
  ka: BigInt((i * 7) % 30),
}));
const hashed = (of: typeof rows) => ({ n: BigInt(of.length), h: of.reduce((sum, { h }) => (sum + h) % MODULUS, 0n) });
const without = (late: typeof rows) => hashed(rows.filter((r) => !late.includes(r)));

test.each([
  ["one", [4]],
  ["two, wherever they lie", [3, 28]],
  ["some side by side in the file", [10, 11, 12, 13]],
  ["all", rows.map((_, i) => i)],
])("rows that were added are found: %s", (_, places) => {
  const late = places.map((i) => rows[i] as (typeof rows)[number]);
  expect(new Set(addedRows(rows, without(late), hashed(rows)))).toEqual(new Set(late));
});

test("some side by side in the order in which they were known", () => {
  const late = [...rows].sort((a, b) => Number(a.ka - b.ka)).slice(-5);
  expect(new Set(addedRows(rows, without(late), hashed(rows)))).toEqual(new Set(late));
});

test("none where rows were changed as well", () => {
  const before = hashed([{ h: 12_345n, ka: 0n }, ...rows.slice(2)]);
  expect(addedRows(rows, before, hashed(rows))).toBeNull();
  expect(addedRows(rows, { n: 26n, h: 1n }, hashed(rows))).toBeNull();
});
