import { expect, test } from "vitest";
import { lookedUp } from "../src/looked-up.js";

test("what is known is looked up again when it is old, once for all who ask", async () => {
  let now = 0;
  let looks = 0;
  const get = lookedUp(
    async () => ++looks,
    100,
    () => now,
  );
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  now = 99;
  expect(get()).toBe(1);
  now = 100;
  expect(await Promise.all([get(), get()])).toEqual([2, 2]);
  expect(get()).toBe(2);
});

test("a look that fails is not kept, and what is known goes on", async () => {
  let now = 0;
  let fails = true;
  let looks = 0;
  const get = lookedUp(
    async () => {
      looks++;
      if (fails) throw new Error("gone");
      return looks;
    },
    100,
    () => now,
  );
  await expect(get()).rejects.toThrow("gone");
  fails = false;
  expect(await get()).toBe(2);
  fails = true;
  now = 200;
  expect(await Promise.all([get(), get()])).toEqual([2, 2]);
  expect(looks).toBe(3);
  expect(get()).toBe(2);
  fails = false;
  now = 300;
  expect(await get()).toBe(4);
});
