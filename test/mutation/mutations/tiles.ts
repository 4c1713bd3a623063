import type { Mutation } from "../mutation.js";

const tiled = "packages/compiler/src/lower/tiled-windows.ts";
const lifetime = "packages/compiler/src/lower/tiled-lifetime.ts";
const tiles = "packages/compiler/src/lower/tiles.ts";
const levels = "packages/compiler/src/lower/tile-levels.ts";
const windows = "packages/compiler/src/lower/windows.ts";
const shared = ["test/conformance/shared-tiles.test.ts"];

/** Dense keys: tiles of several lengths, the rows that are in none, and late events. */
export const TILES: readonly Mutation[] = [
  { name: "late branch dropped", file: tiled, find: "...(tiles.someLate\n", replace: "...(false\n" },
  { name: "late events in tiles too", file: tiles, find: '${someLate ? " WHERE NOT late" : ""}', replace: "" },
  {
    name: "late events in open rows too",
    file: tiles,
    find: '["NOT e.late", "e.ka <= a.t"]',
    replace: '["e.ka <= a.t"]',
  },
  {
    name: "open rows before they are known",
    file: tiles,
    find: '["NOT e.late", "e.ka <= a.t"]',
    replace: '["NOT e.late"]',
  },
  {
    name: "late one microsecond later",
    file: tiles,
    find: "${finest + settle}${versioned",
    replace: "${finest + settle + 1}${versioned",
    tests: ["test/defects/future.test.ts"],
  },
  {
    name: "late events before they are known",
    file: tiled,
    find: '["e.ka <= a.t", ...(isVersioned',
    replace: "[...(isVersioned",
  },
  {
    name: "late events when they are gone",
    file: tiled,
    find: '["a.t < e.gone"]',
    replace: "[]",
  },
  {
    name: "events that do not stay are in tiles",
    file: tiles,
    find: '${versioned ? ` OR gone < ${FOREVER}` : ""} AS late',
    replace: " AS late",
  },
  {
    name: "settle ignores the offset",
    file: tiled,
    find: "Math.max(hints.settle, first.offset)",
    replace: "hints.settle",
  },
  {
    name: "settle ignored",
    file: tiled,
    find: 'const settled = minus("t", tiles.settle);',
    replace: 'const settled = minus("t", windows[0]?.offset ?? 0);',
  },
  {
    name: "tile counted twice at the open edge",
    file: tiled,
    find: '["e.tile >= a.u1"]',
    replace: "[]",
  },
  {
    name: "tile left out at the open edge",
    file: tiled,
    find: '["e.tile >= a.u1"]',
    replace: '["e.tile > a.u1"]',
  },
  {
    name: "tile left out at the lower edge",
    file: tiled,
    find: "[`e.tile >= ${lowest}`]",
    replace: "[`e.tile > ${lowest}`]",
  },
  {
    name: "tile left out between two levels",
    file: tiled,
    find: "AND e.tile < a.u${i + 1}`;",
    replace: "AND e.tile <= a.u${i + 1}`;",
  },
  {
    name: "tile of the level below left out after the longer ones",
    file: tiled,
    find: "[`e.tile >= ${next}`]",
    replace: "[`e.tile > ${next}`]",
  },
  {
    name: "tiles whole before they end",
    file: tiles,
    find: '`${dialect.floorTo("x", level)} AS u${i + 1}`',
    replace: '`${dialect.floorTo("x", level)} + ${level} AS u${i + 1}`',
  },
  {
    name: "tiles whole up to the next lower level's edge",
    file: tiles,
    find: '`${dialect.floorTo("x", level)} AS u${i + 1}`',
    replace: '`${dialect.floorTo("x", levels[Math.max(0, i - 1)] ?? level)} AS u${i + 1}`',
  },
  {
    name: "tiles hold their start whatever the bounds",
    file: tiled,
    find: 'first.bounds === "(]" ? 1 : 0',
    replace: "0",
  },
  {
    name: "tiles hold their end whatever the bounds",
    file: tiled,
    find: 'first.bounds === "(]" ? 1 : 0',
    replace: "1",
  },
  {
    name: "a narrower window takes the widest's tiles",
    file: tiled,
    find: "this.#aligned(j, i) ? `a.w${j}`",
    replace: "this.#aligned(j, i) ? this.#lowest()",
    tests: shared,
  },
  {
    name: "the narrowest window taken for the widest",
    file: tiled,
    find: '`least(${begins.join(", ")})`',
    replace: '`greatest(${begins.join(", ")})`',
    tests: shared,
  },
  {
    name: "levels: a longer tile and the shorter ones in it",
    file: tiled,
    find: "return i + 1 < this.tiles.levels.length ?",
    replace: "return false ?",
  },
  {
    name: "levels: the first tile of a level one too early",
    file: tiled,
    find: "`w${j} + ${level - 1}`",
    replace: "`w${j}`",
  },
  {
    name: "levels: the first tile of a level one too late",
    file: tiled,
    find: "`w${j} + ${level - 1}`",
    replace: "`w${j} + ${2 * level - 1}`",
  },
  {
    name: "levels: a tile that begins with a window whose start is out",
    file: tiled,
    find: "`w${j} + ${level}` :",
    replace: "`w${j} + ${level - 1}` :",
    tests: shared,
  },
  {
    name: "levels: no shorter tiles where a window begins",
    file: tiled,
    find: "spans: [[next, next], ...ends]",
    replace: "spans: [[next, next]]",
  },
  {
    name: "levels: no shorter tiles where windows end",
    file: tiled,
    find: "spans: [[next, next], ...ends]",
    replace: "spans: ends.length > 0 ? [...ends] : [[next, next]]",
  },
  {
    name: "levels: windows begin where any tile does",
    file: tiled,
    find: 'shape !== "sliding" && hop % level === 0 && (',
    replace: 'shape !== "sliding" && (',
  },
  {
    name: "levels: sliding windows begin where a tile does",
    file: tiled,
    find: 'return shape !== "sliding" && hop % level',
    replace: "return hop % level",
  },
  {
    name: "levels: tiles that do not fit into one another",
    file: levels,
    find: "n % (numbers[i - 1] as number) === 0",
    replace: "n > 0",
  },
  {
    name: "hopping windows end where the others do",
    file: tiled,
    find: "`least(${settled}, ${own[0]?.to})` : settled",
    replace: "settled : settled",
    tests: shared,
  },
  {
    name: "open rows: those of the last bucket left out",
    file: tiles,
    find: '[["a.u1", rows.end], ...more]',
    replace: '[["a.u1", "a.u1"], ...more]',
  },
  {
    name: "open rows: none where a sliding window begins",
    file: tiles,
    find: '[["a.u1", rows.end], ...more]',
    replace: '[["a.u1", rows.end]]',
  },
  {
    name: "open rows: those of whole tiles too",
    file: tiled,
    find: "`${this.#inside(j)} AND NOT (${this.#wholeIn(j, 0)})`",
    replace: "this.#inside(j)",
  },
  {
    name: "windows of different bounds share tiles",
    file: windows,
    find: "[shape, bounds, offset, shape ===",
    replace: "[shape, offset, shape ===",
  },
  {
    name: "windows of different offsets share tiles",
    file: windows,
    find: "[shape, bounds, offset, shape ===",
    replace: "[shape, bounds, shape ===",
  },
  {
    name: "hopping windows of different hops share tiles",
    file: windows,
    find: 'shape === "hopping" || !STANDARD',
    replace: "!STANDARD",
    tests: shared,
  },

  {
    name: "lifetime tiles: whole from their start",
    file: lifetime,
    find: "tile + ${levels.at(-1)} AS until",
    replace: "tile AS until",
  },
  {
    name: "lifetime tiles: looked up before they are settled",
    file: lifetime,
    find: '"until", `a.u${top}`',
    replace: '"until", "a.q"',
  },
  {
    name: "lifetime tiles: a shorter one counted as open rows too",
    file: lifetime,
    find: "`e.tile < a.u${i + 1}`",
    replace: "`e.tile <= a.u${i + 1}`",
  },
  {
    name: "lifetime tiles: the first shorter one left out",
    file: lifetime,
    find: "`e.tile >= a.u${i + 2}`",
    replace: "`e.tile > a.u${i + 2}`",
  },
  {
    name: "lifetime tiles: open rows of the first tile left out",
    file: lifetime,
    find: '"e.tile >= a.u1"',
    replace: '"e.tile > a.u1"',
  },
  {
    name: "lifetime tiles: the upper edge is never in",
    file: lifetime,
    find: '${bounds.endsWith("]") ? "<=" : "<"} a.q',
    replace: "< a.q",
  },
  {
    name: "lifetime tiles: settle ignores the offset",
    file: lifetime,
    find: "Math.max(hints.settle, offset)",
    replace: "hints.settle",
  },
  {
    name: "lifetime tiles: edges without settle",
    file: lifetime,
    find: '${minus("t", tiles.settle)} AS x',
    replace: '${minus("t", offset)} AS x',
  },
  {
    name: "lifetime tiles: late events dropped",
    file: lifetime,
    find: "...(tiles.someLate\n",
    replace: "...(false\n",
  },
  {
    name: "lifetime tiles: every event is late too",
    file: lifetime,
    find: "(SELECT * FROM ${tiles.split} WHERE late)",
    replace: "${tiles.split}",
  },
  {
    name: "lifetime tiles: shared by offset",
    file: windows,
    find: '[shape, offset, bounds.endsWith("]"), runsAlong',
    replace: '[shape, bounds.endsWith("]"), runsAlong',
  },
  {
    name: "lifetime tiles: shared by bounds",
    file: windows,
    find: '[shape, offset, bounds.endsWith("]"), runsAlong',
    replace: "[shape, offset, runsAlong",
  },
];
