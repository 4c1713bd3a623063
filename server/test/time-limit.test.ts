import { expect, test } from "vitest";
import { byDeadline } from "../src/time-limit.js";

const inMs = (ms: number): number => performance.now() + ms;
const late = () => new Error("late");

/** Work that ends when it is told to. */
function open<T>() {
  let [end, fail] = [(_: T): void => {}, (_: Error): void => {}];
  const work = new Promise<T>((resolve, reject) => {
    [end, fail] = [resolve, reject];
  });
  return { work, end, fail };
}

test("work is given its result or its own error, however many end in whatever order", async () => {
  const works = Array.from({ length: 50 }, (_, i) => {
    const { work, end, fail } = open<number>();
    const limited = byDeadline(inMs(60_000), work, late).catch((error: Error) => error.message);
    return { limited, settle: () => (i % 3 === 0 ? fail(new Error(`own ${i}`)) : end(i)) };
  });
  for (const { settle } of works.toReversed()) settle();
  expect(await Promise.all(works.map(({ limited }) => limited))).toEqual(
    works.map((_, i) => (i % 3 === 0 ? `own ${i}` : i)),
  );
});

test("only what is past its deadline is late, also where another began before it with a later one", async () => {
  const { work, end } = open<string>();
  const slow = byDeadline(inMs(60_000), work, late);
  await expect(byDeadline(inMs(30), open().work, late)).rejects.toThrow("late");
  await expect(byDeadline(inMs(-1), open().work, late)).rejects.toThrow("late");
  end("in time");
  expect(await slow).toBe("in time");
});

test("what ends after it was late changes nothing", async () => {
  const { work, end } = open<number>();
  await expect(byDeadline(inMs(0), work, late)).rejects.toThrow("late");
  end(1);
  await work;
  expect(await byDeadline(inMs(1_000), Promise.resolve(2), late)).toBe(2);
});
