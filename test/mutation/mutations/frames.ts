import type { Mutation } from "../mutation.js";

const frame = "packages/compiler/src/frame.ts";
const asks = "packages/compiler/src/lower/asks.ts";
const frameEvents = "packages/compiler/src/lower/frame-events.ts";
const parts = "packages/compiler/src/lower/parts.ts";
const windows = "packages/compiler/src/lower/windows.ts";
const reach = "packages/compiler/src/lower/window.ts";
const member = "packages/compiler/src/lower/member.ts";
const offline = "packages/offline/src";
const defects = (name: string) => [`test/defects/${name}.test.ts`];

/** A frame's rows: labels in, the same labels out. */
export const FRAMES: readonly Mutation[] = [
  {
    name: "label order lost",
    file: frame,
    find: '"ORDER BY l.__row",',
    replace: "",
    tests: defects("labels"),
  },
  { name: "labels without events dropped", file: frame, find: "`LEFT JOIN ${piece", replace: "`JOIN ${piece" },
  {
    name: "the same label twice answered once",
    file: asks,
    find: 'k ON ${keysEqual(view, "a", "k")}',
    replace: 'k ON ${keysEqual(view, "a", "k")} QUALIFY row_number() OVER (PARTITION BY k.kid, a.t) = 1',
  },
  {
    name: "duplicate labels collapsed when loaded",
    file: `${offline}/labels.ts`,
    find: "AS __row, * FROM ${relation}",
    replace: "AS __row, * FROM (SELECT DISTINCT * FROM ${relation})",
    tests: defects("labels"),
  },
  {
    name: "labels with a null instant accepted",
    file: `${offline}/labels.ts`,
    find: "if (bad.length === 0) return;",
    replace: "return;",
    tests: defects("labels"),
  },
  {
    name: "a frame's knownBy forgotten",
    file: `${offline}/training-frame.ts`,
    find: "...known,\n    ...(labels.asked",
    replace: "...(labels.asked",
    tests: defects("future"),
  },
  {
    name: "keys equal in one part",
    file: member,
    find: '.join(" AND ") || "true"',
    replace: '.join(" OR ") || "true"',
  },
  {
    name: "events at the last label's instant left out",
    file: frameEvents,
    find: "`et <= (SELECT max(t)",
    replace: "`et < (SELECT max(t)",
    tests: ["test/conformance/reach.test.ts"],
  },
  {
    name: "events read back too little: offset",
    file: reach,
    find: "w.size + w.hop + w.offset",
    replace: "w.size + w.hop",
    tests: ["test/conformance/reach.test.ts"],
  },
  {
    name: "events read back too little: hop",
    file: reach,
    find: "w.size + w.hop + w.offset",
    replace: "w.size + w.offset",
    tests: ["test/conformance/reach.test.ts"],
  },
  {
    name: "the oldest event in reach left out",
    file: frameEvents,
    find: "`et >= (SELECT min(t)",
    replace: "`et > (SELECT min(t)",
    tests: ["test/conformance/reach.test.ts"],
  },

  {
    name: "halves: dense keys answered twice, the others never",
    file: parts,
    find: '${dense ? "SEMI" : "ANTI"} JOIN ${keys}',
    replace: "SEMI JOIN ${keys}",
  },
  {
    name: "halves: dense keys answered by neither",
    file: parts,
    find: '${dense ? "SEMI" : "ANTI"} JOIN ${keys}',
    replace: "ANTI JOIN ${keys}",
  },
  {
    name: "halves: the dense one reads the others' events",
    file: parts,
    find: "` SEMI JOIN ${asks} a ON e.kid = a.kid`",
    replace: "` ANTI JOIN ${asks} a ON e.kid = a.kid`",
  },
  {
    name: "halves: a label needs events in every window",
    file: windows,
    find: "`LEFT JOIN ${r.name} ON",
    replace: "`JOIN ${r.name} ON",
  },
];
