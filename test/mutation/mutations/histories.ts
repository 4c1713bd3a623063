import type { Mutation } from "../mutation.js";

const ingest = "packages/ingest/src";
const histories = ["test/property/history.test.ts"];

/** What only histories of many runs and pushes, of ids with several versions, bring to light. */
export const HISTORIES: readonly Mutation[] = [
  {
    name: "history: no relink after a full run",
    file: `${ingest}/materialize-view.ts`,
    find: 'if (view.push && mode === "full") await relink(pushes);',
    replace: "",
    tests: histories,
  },
  {
    name: "history: no relink before the states",
    file: `${ingest}/materialize-view.ts`,
    find: "      await relink(pushes);\n      const source",
    replace: "      const source",
    tests: histories,
  },
  {
    name: "history: relinked to the least version",
    file: `${ingest}/relink.ts`,
    find: "held.at(-1)?.entry",
    replace: "held[0]?.entry",
    tests: histories,
  },
  {
    name: "history: at a stamp the batch had the least version",
    file: "packages/online/src/pushes/id-index.ts",
    find: "ascending.findLast(",
    replace: "ascending.find(",
    tests: histories,
  },
  {
    name: "history: the index holds the least version",
    file: "packages/compiler/src/push.ts",
    find: "newestFirst(events).join",
    replace: "newestFirst(events).reverse().join",
    tests: histories,
  },
];
