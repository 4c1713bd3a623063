import type { Mutation } from "../mutation.js";

const parity = (name: string): string => `packages/parity/src/${name}.ts`;
const causes = ["packages/parity/test/cause-of.test.ts"];
const because = ["packages/parity/test/because-of.test.ts"];
const pushed = ["test/parity/pushed.test.ts"];
const pushedLog = ["test/parity/pushed-log.test.ts"];
const served = ["test/parity/served-log.test.ts"];
const bounded = ["test/parity/bounded.test.ts"];
const hostile = ["test/parity/hostile-log.test.ts"];

/** How a difference gets its cause. */
export const PARITY: readonly Mutation[] = [
  {
    name: "parity: damaged bytes are a wrong state",
    file: parity("cause-of"),
    find: 'online.error === "STATE_CORRUPT"',
    replace: "false",
    tests: causes,
  },
  {
    name: "parity: a tombstone says nothing",
    file: parity("cause-of"),
    find: "forgotten && states.every",
    replace: "false && states.every",
    tests: causes,
  },
  {
    name: "parity: every difference beside pushed rows is pushed only",
    file: parity("cause-of"),
    find: "withAllPushed && same(online, withAllPushed)",
    replace: "withAllPushed",
    tests: causes,
  },
  {
    name: "parity: no value is pushed only",
    file: parity("cause-of"),
    find: "withAllPushed && same(online, withAllPushed)",
    replace: "false",
    tests: causes,
  },
  {
    name: "parity: a rounded value is a wrong state",
    file: parity("cause-of"),
    find: "if (lost !== null)",
    replace: "if (false)",
    tests: causes,
  },
  {
    name: "parity: a changed source is a wrong state",
    file: parity("cause-of"),
    find: 'became.is === "late" || (became.is === "rewritten" && !settled.unreadable)',
    replace: "false",
    tests: causes,
  },
  {
    name: "parity: a state that is gone was rewritten",
    file: parity("cause-of"),
    find: " && !settled.unreadable",
    replace: "",
    tests: causes,
  },
  {
    name: "parity: late rows are late whatever the value is without them",
    file: parity("evidence/rows-since"),
    find: 'has("grown") && without && same(online, without)',
    replace: 'has("grown")',
    tests: because,
  },
  {
    name: "parity: rewritten rows are not seen",
    file: parity("evidence/rows-since"),
    find: 'if (has("changed"))',
    replace: "if (false)",
    tests: because,
  },
  {
    name: "parity: what is not known is wrong",
    file: parity("evidence/rows-since"),
    find: 'if (has("not known"))',
    replace: "if (false)",
    tests: because,
  },
  {
    name: "parity: a pushed row that the source may get is missing",
    file: parity("pushes/pushed-rows"),
    find: "f.absent AND f.ka <= ${due}",
    replace: "f.absent",
    tests: pushed,
  },
  {
    name: "parity: a pushed row that the source has is missing",
    file: parity("pushes/pushed-rows"),
    find: "f.absent AND f.ka <= ${due}",
    replace: "f.ka <= ${due}",
    tests: pushed,
  },
  {
    name: "parity: the source's rows known after T count beside pushed ones",
    file: "packages/compiler/src/with-pushed.ts",
    find: '${rows(own, "<=")}',
    replace: '${rows(own, ">= 0 OR 0 <")}',
    tests: pushedLog,
  },
  {
    name: "parity: rows that a run dropped are not looked for",
    file: parity("log/pushed-then"),
    find: "for await (const row of evidence.pushed(run.run)) out.push(row);",
    replace: "",
    tests: pushedLog,
  },
  {
    name: "parity: rows that were not pushed are pushed only",
    file: parity("log/settled"),
    find: "if (pushed && is(pushed.reached))",
    replace: "if (false)",
    tests: pushedLog,
  },
  {
    name: "parity: a lagging run is not stale",
    file: parity("log/settled"),
    find: "if (is(byT)) {",
    replace: "if (false) {",
    tests: served,
  },
  {
    name: "parity: another definition is not seen",
    file: parity("log/settled"),
    find: "if (redefined.some(is)) {",
    replace: "if (false) {",
    tests: served,
  },
  {
    name: "parity: a wrong clock is not seen",
    file: parity("log/settled"),
    find: "row.clockIsWrong && !is(byT) && clock.some(is)",
    replace: "false",
    tests: served,
  },
  {
    name: "parity: a log of another type is this project's",
    file: parity("log/group-check"),
    find: "!answered || !isOf(answered, shape)",
    replace: "!answered",
    tests: hostile,
  },
  {
    name: "parity: a second's reads are not counted together",
    file: parity("rate-limit"),
    find: "used + count <= perSecond",
    replace: "count <= perSecond",
    tests: bounded,
  },
  {
    name: "parity: the budget ends nothing",
    file: parity("parity"),
    find: "budget !== undefined && seconds() >= budget",
    replace: "false",
    tests: bounded,
  },
];
