import type { Mutation } from "../mutation.js";

const columns = "packages/core/src/expr-columns.ts";
const events = "packages/compiler/src/lower/events.ts";

/** Which events there are, and their order. */
export const EVENTS: readonly Mutation[] = [
  {
    name: "tie order flipped",
    file: events,
    find: "...versionOrder(events), ...tieOrder(events)].join",
    replace:
      '...versionOrder(events), ...tieOrder(events).map((term) => term.replace("NULLS FIRST", "DESC NULLS LAST"))].join',
  },
  {
    name: "ties: nulls last",
    file: events,
    find: "...versionOrder(events), ...tieOrder(events)].join",
    replace: '...versionOrder(events), ...tieOrder(events).map((term) => term.replace("FIRST", "LAST"))].join',
  },
  {
    name: "ties ignored",
    file: events,
    find: '["et", ...versionOrder(events), ...tieOrder(events)].join',
    replace: '["et", ...versionOrder(events)].join',
  },
  {
    name: "version ignored in ties",
    file: events,
    find: '["et", ...versionOrder(events), ...tieOrder(events)].join',
    replace: '["et", ...tieOrder(events)].join',
  },
  {
    name: "version before event time",
    file: events,
    find: '["et", ...versionOrder(events), ...tieOrder(events)].join',
    replace: '[...versionOrder(events), "et", ...tieOrder(events)].join',
  },
  {
    name: "ties by the columns of one feature only",
    file: columns,
    find: "features.flatMap(expressionsOf)",
    replace: "features.slice(0, 1).flatMap(expressionsOf)",
  },
  {
    name: "ties: a where column is not read",
    file: columns,
    find: "[feature.argument, feature.where].filter",
    replace: "[feature.argument].filter",
    tests: ["test/defects/ties.test.ts"],
  },
  { name: "events known by the very watermark left out", file: events, find: "`ka <= ${", replace: "`ka < ${" },
  { name: "watermark ignored", file: events, find: "[`ka <= ${events.knownBy}`]", replace: "[]" },
];
