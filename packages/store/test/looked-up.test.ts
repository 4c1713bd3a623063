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

test("a look that fails is not kept", async () => {
  let fails = true;
  const get = lookedUp(
    async () => {
      if (fails) throw new Error("gone");
      return 1;
    },
    100,
    () => 0,
  );
  await expect(get()).rejects.toThrow("gone");
  fails = false;
  expect(await get()).toBe(1);
});
