import type { Mutation } from "../mutation.js";

const [entry, merge, link, idIndex] = ["entry", "merge", "link", "id-index"].map(
  (name) => `packages/online/src/pushes/${name}.ts`,
) as [string, string, string, string];
const unit = ["packages/online/test/pushes.test.ts"];
const ingest = ["packages/ingest/test/push.test.ts"];
const relinked = ["packages/ingest/test/relink.test.ts"];

/** What becomes of pushed rows. */
export const PUSHES: readonly Mutation[] = [
  {
    name: "push: knownAt before version",
    file: entry,
    find: "compareVersions(ledger, a, b) ||\n    compareInstants(a.knownAt, b.knownAt) ||",
    replace: "compareInstants(a.knownAt, b.knownAt) ||\n    compareVersions(ledger, a, b) ||",
    tests: unit,
  },
  {
    name: "push: a deletion does not win a tie",
    file: entry,
    find: "Number(a.deleted) - Number(b.deleted)",
    replace: "0",
    tests: unit,
  },
  {
    name: "push: keys settle no tie",
    file: entry,
    find: "compareTies(ledger, a, b) ||\n    compareKeys(ledger, a, b)",
    replace: "compareTies(ledger, a, b)",
    tests: unit,
  },
  {
    name: "push: a row known at T counts",
    file: merge,
    find: "instantOf(wholeRow(row)) > at.t",
    replace: "instantOf(wholeRow(row)) >= at.t",
    tests: unit,
  },
  {
    name: "push: a row counts from after its knownAt",
    file: merge,
    find: "row.entry.knownAt <= t",
    replace: "row.entry.knownAt < t",
    tests: unit,
  },
  {
    name: "push: a row counts before its knownAt",
    file: merge,
    find: "&& row.entry.knownAt <= t",
    replace: "",
    tests: unit,
  },
  {
    name: "push: the batch's version always loses",
    file: merge,
    find: "winner && compareEntries(ledger, winner, event) > 0",
    replace: "winner",
    tests: unit,
  },
  {
    name: "push: the batch elsewhere is not looked at",
    file: merge,
    find: "heldAt(held.get(id) ?? [], at)",
    replace: "heldAt([], at)",
    tests: unit,
  },
  {
    name: "push: events in the order of pushes",
    file: merge,
    find: "  events.sort((a, b) => compareEvents(ledger, a, b));\n",
    replace: "",
    tests: unit,
  },
  {
    name: "push: a deletion is an event",
    file: link,
    find: "at === text && !entry.deleted",
    replace: "at === text",
    tests: unit,
  },
  {
    name: "push: keys are not told of what left them",
    file: link,
    find: ': link({ kind: "note", entry: bare(each.entry) }, each.at === text ? each.entry : null),',
    replace: ': link({ kind: "entry", entry: each.entry }, null),',
    tests: unit,
  },
  {
    name: "push: an id's earlier versions are forgotten",
    file: idIndex,
    find: "const needed = mark ? earlier.slice(Math.max(0, last)) : [];",
    replace: "const needed: Held[] = [];",
    tests: unit,
  },
  {
    name: "push: an id that a full run did not find is there",
    file: idIndex,
    find: "[...state.held, { since: floor, entry: null }]",
    replace: "state.held",
    tests: unit,
  },
  {
    name: "push: no links but those of the call",
    file: "packages/ingest/src/materialize-view.ts",
    find: "      damaged = await relink(pushes);\n",
    replace: "",
    tests: ingest,
  },
  {
    name: "push: no relink after a full run",
    file: "packages/ingest/src/materialize-view.ts",
    find: 'if (view.push && mode === "full") await relink(pushes);',
    replace: "",
    tests: relinked,
  },
  {
    name: "push: relinked to the least version",
    file: "packages/ingest/src/relink.ts",
    find: "held.at(-1)?.entry",
    replace: "held[0]?.entry",
    tests: relinked,
  },
  {
    name: "push: at a stamp the batch had the least version",
    file: idIndex,
    find: "ascending.findLast(",
    replace: "ascending.find(",
    tests: relinked,
  },
  {
    name: "push: the index holds the least version",
    file: "packages/compiler/src/id-index.ts",
    find: "newestFirst(events).join",
    replace: "newestFirst(events).reverse().join",
    tests: ingest,
  },
  {
    name: "push: rows of a forgotten key",
    file: "packages/push/src/push-view.ts",
    find: "    else if (own && tombstones.has(own)) answers.set(index, FORGOTTEN);\n",
    replace: "",
    tests: ingest,
  },
  {
    name: "push: T is now",
    file: "packages/ingest/src/run-plan.ts",
    find: "given === undefined && source.push ?",
    replace: "given === undefined && false ?",
    tests: ingest,
  },
];
