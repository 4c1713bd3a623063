import type { Mutation } from "../mutation.js";

const layout = "packages/core/src/layout.ts";
const instant = "packages/core/src/instant.ts";
const partials = "packages/core/src/partials.ts";
const order = "packages/core/src/order.ts";
const window = "packages/core/src/window.ts";

/** What the declarations mean to both sides. */
export const CORE: readonly Mutation[] = [
  {
    name: "layout: rows of sliding windows without the offset",
    file: layout,
    find: "reachRows(size + offset)",
    replace: "reachRows(size)",
  },
  { name: "layout: no open rows for an offset", file: layout, find: "reachRows(offset);", replace: "reachRows(0);" },
  {
    name: "layout: tiles shared by bounds",
    file: layout,
    find: "g.hop === hop && g.bounds === side &&",
    replace: "g.hop === hop &&",
    tests: ["test/conformance/shared-tiles.test.ts"],
  },
  {
    name: "layout: tiles shared by offset",
    file: layout,
    find: "g.bounds === side && g.offset === offset",
    replace: "g.bounds === side",
    tests: ["test/conformance/shared-tiles.test.ts"],
  },
  {
    name: "layout: tiles shared by hop",
    file: layout,
    find: "g.hop === hop && g.bounds",
    replace: "g.bounds",
    tests: ["test/conformance/shared-tiles.test.ts"],
  },
  {
    name: "layout: lifetimes shared by offset",
    file: layout,
    find: "(g) => g.offset === offset, {",
    replace: "() => true, {",
  },
  {
    name: "layout: tiles reach as far as the last window",
    file: layout,
    find: "Math.max(tile.reach, size)",
    replace: "size",
    tests: ["test/conformance/shared-tiles.test.ts"],
  },
  {
    name: "layout: where is no part of a partial's identity",
    file: layout,
    find: "JSON.stringify(other) === id",
    replace: "JSON.stringify({ ...other, where: spec.where }) === id",
    tests: ["test/conformance/shared-tiles.test.ts"],
  },
  {
    name: "floor towards zero in JavaScript",
    file: instant,
    find: "a < 0n !== b < 0n ? q - 1n : q",
    replace: "a < 0n !== b < 0n ? q : q",
  },
  {
    name: "online: count(*) for count(x)",
    file: partials,
    find: "argument === null || value !== null ? 1 : 0",
    replace: "1",
  },
  {
    name: "online: first for last",
    file: partials,
    find: "states.findLast(isThere)",
    replace: "states.find(isThere)",
    tests: ["test/conformance/first-and-last.test.ts"],
  },
  {
    name: "online: max for min",
    file: partials,
    find: "min: extreme((order) => order < 0)",
    replace: "min: extreme((order) => order > 0)",
  },
  {
    name: "online: -0 after +0",
    file: order,
    find: "return Number(Object.is(b, -0)) - Number(Object.is(a, -0));",
    replace: "return Number(Object.is(a, -0)) - Number(Object.is(b, -0));",
    tests: ["test/defects/zeros.test.ts"],
  },
  {
    name: "online: -0 and +0 tie",
    file: order,
    find: "if (a === 0 && b === 0) return",
    replace: "if (a === 1 && b === 0) return",
    tests: ["test/defects/zeros.test.ts"],
  },
  {
    name: "online: NaN first",
    file: order,
    find: "return Number(Number.isNaN(a)) - Number(Number.isNaN(b));",
    replace: "return Number(Number.isNaN(b)) - Number(Number.isNaN(a));",
    tests: ["test/conformance/order.test.ts"],
  },
  {
    name: "online: text by UTF-16",
    file: order,
    find: "codeRank(x) - codeRank(y)",
    replace: "x - y",
    tests: ["test/conformance/order.test.ts"],
  },
  { name: "default hop of an hour's window", file: window, find: "size < HOUR)", replace: "size <= HOUR)" },
  {
    name: "default hop of half a day's window",
    file: window,
    find: "size < 12 * HOUR)",
    replace: "size <= 12 * HOUR)",
    tests: ["test/conformance/conventions.test.ts"],
  },
  {
    name: "default hop of twelve days' window",
    file: window,
    find: "size < 12 * DAY ?",
    replace: "size <= 12 * DAY ?",
  },
  {
    name: "default bounds",
    file: window,
    find: 'bounds = "[)", offset',
    replace: 'bounds = "(]", offset',
    tests: ["test/conformance/conventions.test.ts"],
  },
];
