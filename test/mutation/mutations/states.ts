import type { Mutation } from "../mutation.js";

const state = "packages/compiler/src/state.ts";
const winner = "packages/compiler/src/state-winner.ts";

/** What is materialized for the online store. */
export const STATES: readonly Mutation[] = [
  {
    name: "state: rows known after the watermark",
    file: state,
    find: "knownBy: String(watermark)",
    replace: "knownBy: null",
  },
  {
    name: "state: asOf '<' ignored at the watermark",
    file: winner,
    find: "`et ${view.asOf} ${watermark}`",
    replace: "`et <= ${watermark}`",
  },
  { name: "state: the winner of any event", file: winner, find: "`et ${view.asOf} ${watermark}`", replace: "`true`" },
  {
    name: "state: keys whose events all come later are left out",
    file: winner,
    find: "WHERE et IS NULL` : ",
    replace: "WHERE false` : ",
  },
  {
    name: "state: any of the events that tie wins",
    file: winner,
    find: "HAVING count(*) > 1",
    replace: "HAVING count(*) > 1000000",
  },
  {
    name: "state: ties overlooked where keys have nothing before the watermark",
    file: winner,
    find: "SELECT count(et) FROM ${newest}",
    replace: "SELECT count(*) FROM ${newest}",
    tests: ["test/regressions/ties-beside-new-keys.test.ts"],
  },
  {
    name: "state: the first of the events that tie wins",
    file: winner,
    find: "lead(et) OVER",
    replace: "lag(et) OVER",
  },
  {
    name: "state: open rows counted twice, in tiles",
    file: state,
    find: "WHERE et < ${closed} AND",
    replace: "WHERE et <= ${closed} AND",
  },
  {
    name: "state: open rows counted twice, in lifetimes",
    file: state,
    find: "WHERE et < ${watermark - BigInt(group.offset)}",
    replace: "WHERE et <= ${watermark - BigInt(group.offset)}",
  },
  {
    name: "state: lifetimes closed without the offset",
    file: state,
    find: "WHERE et < ${watermark - BigInt(group.offset)}",
    replace: "WHERE et < ${watermark}",
  },
  {
    name: "state: tiles closed without the offset",
    file: state,
    find: "const closed = watermark - BigInt(group.offset);",
    replace: "const closed = watermark;",
  },
  {
    name: "state: tiles a hop too short",
    file: state,
    find: "closed - BigInt(group.reach) - BigInt(group.hop)",
    replace: "closed - BigInt(group.reach)",
    tests: ["test/conformance/reach.test.ts"],
  },
  {
    name: "state: tiles hold their start whatever the bounds",
    file: state,
    find: 'edge ? "(et - 1)" : "et"',
    replace: '"et"',
  },
  {
    name: "state: the oldest row lost",
    file: state,
    find: "WHERE et >= ${watermark - BigInt(layout.rowsReach)}",
    replace: "WHERE et > ${watermark - BigInt(layout.rowsReach)}",
  },
  {
    name: "state: events read back too little: offset",
    file: state,
    find: "g.reach + g.hop + g.offset",
    replace: "g.reach + g.hop",
    tests: ["test/conformance/reach.test.ts"],
  },
  {
    name: "state: events read back too little: hop",
    file: state,
    find: "g.reach + g.hop + g.offset",
    replace: "g.reach + g.offset",
    tests: ["test/conformance/reach.test.ts"],
  },
  {
    name: "state: rows in the order of time only",
    file: state,
    find: 'dialect.list(fields, "rk")',
    replace: 'dialect.list(fields, "et, -rk")',
  },
];
