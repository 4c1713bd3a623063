import { expect, test } from "vitest";
import { byDeadline } from "../src/time-limit.js";

const inMs = (ms: number): number => performance.now() + ms;
const late = () => new Error("late");

test("work is given its result or its own error, however many end in whatever order", async () => {
  const works = Array.from({ length: 50 }, (_, i) => {
    let end: () => void = () => {};
    const work = new Promise<number>((resolve, reject) => {
      end = () => (i % 3 === 0 ? reject(new Error(`own ${i}`)) : resolve(i));
    });
    return { limited: byDeadline(inMs(60_000), work, late).catch((error: Error) => error.message), end };
  });
  for (const { end } of works.toReversed()) end();
  expect(await Promise.all(works.map(({ limited }) => limited))).toEqual(
    works.map((_, i) => (i % 3 === 0 ? `own ${i}` : i)),
  );
});

test("only what is past its deadline is late, also where another began before it with a later one", async () => {
  let end: (value: string) => void = () => {};
  const slow = byDeadline(inMs(60_000), new Promise<string>((resolve) => void (end = resolve)), late);
  const never = byDeadline(inMs(30), new Promise<string>(() => {}), late);
  await expect(never).rejects.toThrow("late");
  await expect(byDeadline(inMs(-1), new Promise<string>(() => {}), late)).rejects.toThrow("late");
  end("in time");
  expect(await slow).toBe("in time");
});

test("what ends after it was late changes nothing", async () => {
  let end: () => void = () => {};
  const work = new Promise<void>((resolve) => void (end = resolve));
  await expect(byDeadline(inMs(0), work, late)).rejects.toThrow("late");
  end();
  await work;
  expect(await byDeadline(inMs(1_000), Promise.resolve(1), late)).toBe(1);
});
