import type { Mutation } from "../mutation.js";

const versions = "packages/compiler/src/lower/versions.ts";
const intervals = "packages/compiler/src/lower/intervals.ts";

const corrections = ["test/conformance/corrections.test.ts"];

/** Which of an id's rows is the event, and when. */
export const VERSIONS: readonly Mutation[] = [
  {
    name: "versions: by knownAt, not by version",
    file: versions,
    find: '[...versionOrder(events), "ka", "del"',
    replace: '["ka", ...versionOrder(events), "del"',
  },
  {
    name: "versions: the least is the event",
    file: versions,
    find: 'term.replace(/ NULLS FIRST$/, " DESC NULLS LAST") : `${term} DESC`',
    replace: "term : term",
  },
  {
    name: "versions: null is the greatest",
    file: versions,
    find: '" DESC NULLS LAST"',
    replace: '" DESC NULLS FIRST"',
  },
  {
    name: "versions: a deletion loses a tie",
    file: versions,
    find: '"ka", "del", "et"',
    replace: '"ka", "NOT del", "et"',
  },
  {
    name: "versions: only the next greater one ends an event",
    file: versions,
    find: "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
    replace: "ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING",
  },
  {
    name: "versions: an event ends when the greatest is known",
    file: versions,
    find: "coalesce(min(ka) OVER",
    replace: "coalesce(max(ka) OVER",
  },
  {
    name: "versions: gone one microsecond too late",
    file: versions,
    find: '${select("e.gone")}',
    replace: "${select(`least(e.gone, ${FOREVER} - 1) + 1`)}",
  },
  {
    name: "versions: a deletion is an event",
    file: versions,
    find: '"NOT e.del", "e.ka < e.gone"',
    replace: '"e.ka < e.gone"',
  },
  {
    name: "versions: a deletion of nothing is an event",
    file: versions,
    find: " WHERE NOT e.del\n",
    replace: "\n",
  },
  {
    name: "versions: one that has a null in its key ends nothing",
    file: versions,
    find: "ranked: true, keyless: true",
    replace: "ranked: true",
  },
  {
    name: "versions: shared ids among the keys asked for only",
    file: versions,
    find: "FROM (${idsSql(events)}) v",
    replace: "FROM ${rows} v",
    tests: corrections,
  },
  {
    name: "versions: two rows of an id are two events",
    file: versions,
    find: "HAVING count(*) > 1",
    replace: "HAVING count(*) > 2",
  },
  {
    name: "versions: an id's first part alone is the id",
    file: versions,
    find: 'PARTITION BY ${ids.join(", ")}\n',
    replace: "PARTITION BY ${ids[0]}\n",
    tests: corrections,
  },

  { name: "intervals: gone one microsecond too late", file: intervals, find: "a.t < e.gone", replace: "a.t <= e.gone" },
  { name: "intervals: begun one microsecond too late", file: intervals, find: "a.t >= e.av", replace: "a.t > e.av" },
  {
    name: "intervals: only in the bucket where they begin",
    file: intervals,
    find: 'bucket("(gone - 1)", "width")',
    replace: 'bucket("av", "width")',
  },
  {
    name: "intervals: a width for each interval",
    file: intervals,
    find: "SELECT DISTINCT width",
    replace: "SELECT width",
    tests: corrections,
  },
  {
    name: "intervals: in buckets of any width",
    file: intervals,
    find: "a.kid = e.kid AND a.width = e.width",
    replace: "a.kid = e.kid",
    tests: corrections,
  },
];
