import pc from "picocolors";
import { expect, test } from "vitest";
import { count, rate, span, took } from "../src/numbers.js";
import { printable } from "../src/printable.js";
import { progressLine } from "../src/progress-line.js";
import { table } from "../src/table.js";
import { textWidth, truncate } from "../src/text-width.js";
import { wrapped } from "../src/wrapped.js";
import { fs } from "./fake.js";

const style = { colors: pc.createColors(false), width: 80 };
const colored = { colors: pc.createColors(true), width: 80 };

test("widths count cells: no colors, wide characters twice", () => {
  expect(["abc", "é", "e\u0301", "日本", "✈️", "\u001b[31mred\u001b[39m"].map(textWidth)).toEqual([3, 1, 1, 4, 1, 3]);
  expect(truncate("日本語", 4)).toBe("日…");
  expect(truncate("abc", 3)).toBe("abc");
  expect(truncate("abc", 0)).toBe("");
});

test("a table aligns what is colored, and cuts what may shrink", () => {
  const columns = [{ title: "n", align: "right" as const }, { title: "text", shrinks: true }, { title: "more" }];
  const rows = [
    ["1", "short", "x"],
    ["100", "a text that is rather long", "y"],
  ];
  expect(table(columns, rows, { ...style, width: 24 })).toMatchInlineSnapshot(`
    "  n  text           more
      1  short          x
    100  a text that …  y
    "
  `);
  expect(table(columns, rows, { ...style, width: Infinity })).toContain("a text that is rather long");
  const red = table(
    [{ title: "a" }, { title: "b" }],
    [
      [colored.colors.red("no"), "x"],
      ["yes", "y"],
    ],
    style,
  );
  expect(red).toBe(`a    b\n${colored.colors.red("no")}   x\nyes  y\n`);
});

test("numbers", () => {
  expect([0, 999, 1_234_567].map(count)).toEqual(["0", "999", "1,234,567"]);
  expect([0, 617.4, 9_999, 12_345, 1_234_567, Infinity].map(rate)).toEqual([
    "0/s",
    "617/s",
    "9,999/s",
    "12.3k/s",
    "1.23M/s",
    "-",
  ]);
  expect([0, 0.034, 9.994, 12.34, 59.97, 125].map(took)).toEqual(["0.00s", "0.03s", "9.99s", "12.3s", "1m", "2m 5s"]);
  expect([0, 59, 3_600, 3_661, 266_400, -90].map(span)).toEqual(["0s", "59s", "1h", "1h 1m", "3d 2h", "-1m 30s"]);
});

test("text from data can't steer a terminal", () => {
  expect(printable("a\u001b[2J\tb\u202e\u009b")).toBe("a\\u001b[2J\\tb\\u202e\\u009b");
  expect(printable("naïve 日本")).toBe("naïve 日本");
});

test("a progress line says what is known", () => {
  const line = (state: object) => progressLine({ label: "v", seconds: 2, ...state }, 100);
  expect(line({})).toBe("v");
  expect(line({ done: 0.5, total: 1 })).toBe("v  [######------]  50%  2s left");
  expect(line({ done: 1_000, total: null, unit: "keys" })).toBe("v  1,000 keys  500/s");
  expect(line({ done: 1_000, total: 4_000, unit: "keys" })).toBe(
    "v  [###---------]  25%  1,000 of 4,000 keys  500/s  6s left",
  );
  expect(line({ done: 0, total: 0, unit: "keys", seconds: 0 })).toBe("v  0 keys");
  expect(progressLine({ label: "a long label", seconds: 0 }, 6)).toBe("a lon…");
});

test("a query's own progress is a bar too", async () => {
  const { err } = await fs("plan", {
    tty: true,
    store: async ({ onQueryProgress }) => {
      onQueryProgress(0.5);
      throw new Error("no label, no bar");
    },
  });
  expect(err).not.toContain("#");
});

test("text is broken between words, and goes on under its beginning", () => {
  expect(wrapped("one two three four", 9, "  ")).toBe("one two\n  three\n  four");
  expect(wrapped("    late: a very-very-long-word b", 12, "      ")).toBe(
    "    late: a\n      very-very-long-word\n      b",
  );
  expect(wrapped("never cut", Infinity)).toBe("never cut");
});
