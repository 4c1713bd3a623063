import type { Mutation } from "../mutation.js";

const online = "packages/online/src";
const STATE = ["packages/online/test/evaluate-state.test.ts"];
const READER = ["packages/online/test/reader.test.ts"];

/** The online evaluator and what is around it. */
export const ONLINE: readonly Mutation[] = [
  {
    name: "online: expired at exactly ttl",
    file: `${online}/evaluate-state.ts`,
    find: "t - eventTime > longest",
    replace: "t - eventTime >= longest",
  },
  {
    name: "online: ttl off by one microsecond",
    file: `${online}/evaluate-state.ts`,
    find: "t - eventTime > longest",
    replace: "t - eventTime > longest + 1n",
  },
  {
    name: "online: ttl ignored",
    file: `${online}/evaluate-state.ts`,
    find: "t - eventTime > longest",
    replace: "t < eventTime",
  },
  {
    name: "online: a key's watermark not checked",
    file: `${online}/evaluate-state.ts`,
    find: "if (state && t < state.stamp.t)",
    replace: "if (state && t < 0n)",
    tests: STATE,
  },
  {
    name: "online: an instant before the watermark answered",
    file: `${online}/request-instant.ts`,
    find: "if (asked !== undefined) throw",
    replace: "if (asked === null) throw",
    tests: READER,
  },
  {
    name: "online: read without an instant before the watermark",
    file: `${online}/request-instant.ts`,
    find: "    t = watermark;\n",
    replace: "",
    tests: READER,
  },
  {
    name: "online: a view without a run answered",
    file: `${online}/request-instant.ts`,
    find: "if (missing.length > 0) throw",
    replace: "if (missing.length > 99) throw",
    tests: READER,
  },
  {
    name: "online: asOf '<' ignored",
    file: `${online}/winner.ts`,
    find: '"<" ? t : t + 1n',
    replace: '"<" ? t + 1n : t + 1n',
  },
  {
    name: "online: < for <= at visibility",
    file: `${online}/winner.ts`,
    find: '"<" ? t : t + 1n',
    replace: '"<" ? t : t',
  },
  {
    name: "online: the stored winner before open rows",
    file: `${online}/winner.ts`,
    find: "return at === undefined ?",
    replace: "return state.latest ?",
  },
  {
    name: "online: lower edge swapped",
    file: `${online}/window-parts.ts`,
    find: 'bounds[0] === "(" ? 1n : 0n',
    replace: 'bounds[0] === "(" ? 0n : 1n',
  },
  {
    name: "online: upper edge swapped",
    file: `${online}/window-parts.ts`,
    find: 'bounds[1] === "]" ? 1n : 0n',
    replace: 'bounds[1] === "]" ? 0n : 1n',
  },
  {
    name: "online: offset ignored",
    file: `${online}/window-parts.ts`,
    find: "const q = t - offset;",
    replace: "const q = t;",
  },
  {
    name: "online: open without the offset",
    file: `${online}/window-parts.ts`,
    find: "const open = watermark - offset;",
    replace: "const open = watermark;",
  },
  {
    name: "online: open rows counted twice",
    file: `${online}/window-parts.ts`,
    find: "from: from > open ? from : open",
    replace: "from: from",
  },
  {
    name: "online: tile edge off by one",
    file: `${online}/window-parts.ts`,
    find: "tiles: lower, tilesTo",
    replace: "tiles: lower + 1n, tilesTo",
  },
  {
    name: "online: hop dropped",
    file: `${online}/window-parts.ts`,
    find: "floorTo(upper - size, hop)",
    replace: "upper - size",
  },
  {
    name: "online: floored before the size is taken off",
    file: `${online}/window-parts.ts`,
    find: "floorTo(upper - size, hop)",
    replace: "floorTo(upper, hop) - size",
  },
  {
    name: "online: where ignored",
    file: `${online}/evaluate-window.ts`,
    find: "if (where && where[row] !== true) continue;",
    replace: "",
  },
  {
    name: "online: where keeps null",
    file: `${online}/evaluate-window.ts`,
    find: "where[row] !== true",
    replace: "where[row] === false",
  },
  {
    name: "online: ignoreNulls ignored",
    file: `${online}/evaluate-window.ts`,
    find: "if (spec.ignoreNulls && value === null) continue;",
    replace: "",
    tests: ["test/defects/nulls.test.ts"],
  },
  {
    name: "online: closed lifetimes forgotten",
    file: `${online}/evaluate-window.ts`,
    find: "whole === undefined ? [] : [whole]",
    replace: "[]",
  },
  {
    name: "online: rows before tiles",
    file: `${online}/evaluate-window.ts`,
    find: "states.push(lift(",
    replace: "states.unshift(lift(",
  },
  {
    name: "online: the search's edge off by one",
    file: `${online}/instants.ts`,
    find: "(instants[middle] as bigint) < at",
    replace: "(instants[middle] as bigint) <= at",
  },
  {
    name: "online: keys without their entity",
    file: `${online}/keys.ts`,
    find: "  writer.text(entity);\n",
    replace: "",
    tests: ["packages/online/test/keys.test.ts"],
  },
  {
    name: "online: parts of keys run together",
    file: `${online}/keys.ts`,
    find: "valueCodec(type).write(writer, value);",
    replace: "writer.raw(new TextEncoder().encode(String(value)));",
    tests: ["test/defects/keys.test.ts"],
  },
];
