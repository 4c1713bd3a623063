import type { Mutation } from "../mutation.js";

const latest = "packages/compiler/src/lower/latest.ts";
const plain = "packages/compiler/src/lower/latest-plain.ts";
const corrected = "packages/compiler/src/lower/latest-corrected.ts";
const corrections = ["test/conformance/corrections.test.ts"];

/** Which event is the latest one, where events stay and where they are corrected. */
export const LATEST: readonly Mutation[] = [
  { name: "asOf '<' ignored", file: latest, find: '"et + 1" : "et"', replace: '"et" : "et"' },
  { name: "asOf '<' off by one microsecond", file: latest, find: '"et + 1" : "et"', replace: '"et + 2" : "et"' },
  { name: "ttl off by one microsecond", file: latest, find: ".et > ${view.ttl}", replace: ".et > ${view.ttl + 1}" },
  { name: "expired at exactly ttl", file: latest, find: ".et > ${view.ttl}", replace: ".et >= ${view.ttl}" },
  {
    name: "an expired value is kept",
    file: latest,
    find: "`CASE WHEN NOT ${expired} THEN ${value} END`",
    replace: "value",
  },
  {
    name: "MISSING said as NULL",
    file: latest,
    find: "IS NULL THEN 'MISSING'",
    replace: "IS NULL THEN 'NULL'",
  },

  {
    name: "< for <= at visibility",
    file: plain,
    find: ': "a.t >= e.et"',
    replace: ': "a.t > e.et"',
  },
  {
    name: "< for <= at visibility of what becomes known",
    file: plain,
    find: "AND x.t >= w.av AND",
    replace: "AND x.t > w.av AND",
  },
  {
    name: "ttl from knownAt",
    file: plain,
    find: "SELECT x.rid, x.t, w.et${",
    replace: 'SELECT x.rid, x.t, ${always ? "w.et" : "w.av AS et"}${',
  },
  {
    name: "knownAt ignored",
    file: plain,
    find: "greatest(ka, ${visible}) AS av, et FROM ${rows}",
    replace: "${visible} AS av, et FROM ${rows}",
  },
  {
    name: "knownAt not raised to eventTime",
    file: plain,
    find: "greatest(ka, ${visible}) AS av, et FROM ${rows}",
    replace: "ka AS av, et FROM ${rows}",
  },
  {
    name: "knownAt ignored where events tie",
    file: plain,
    find: "greatest(ka, ${visible}) AS av, row_number()",
    replace: "${visible} AS av, row_number()",
  },
  {
    name: "the newest known wins, not the newest that happened",
    file: plain,
    find: "max(et) OVER (PARTITION BY kid ORDER BY av RANGE",
    replace: "last_value(et IGNORE NULLS) OVER (PARTITION BY kid ORDER BY av RANGE",
  },
  {
    name: "the newest time by rows: what is known at the very instant comes too late",
    file: plain,
    find: "ORDER BY av RANGE UNBOUNDED PRECEDING) AS newest",
    replace: "ORDER BY av ROWS UNBOUNDED PRECEDING) AS newest",
  },
  {
    name: "all events at one instant win",
    file: plain,
    find: " QUALIFY lead(et) OVER (PARTITION BY kid, et ORDER BY ${order}) IS NULL",
    replace: "",
  },
  { name: "winners' ties settled the other way", file: plain, find: "QUALIFY lead(et)", replace: "QUALIFY lag(et)" },
  {
    name: "asOf '<' lets in what happens at the instant itself",
    file: plain,
    find: '"a.t > e.et" :',
    replace: '"a.t >= e.et" :',
  },
  {
    name: "winners' ties settled before their versions",
    file: plain,
    find: "[...version, ...tieOrder(member)]",
    replace: "[...tieOrder(member), ...version]",
  },
  {
    name: "winners' versions ignored",
    file: plain,
    find: "[...version, ...tieOrder(member)]",
    replace: "[...tieOrder(member)]",
  },
  {
    name: "a lesser event that is known later wins",
    file: plain,
    find: "  ) WHERE rk = best`",
    replace: "  )`",
    tests: corrections,
  },
  {
    name: "a winner still wins when the next one is known",
    file: plain,
    find: "AND x.t < w.until",
    replace: "AND x.t <= w.until",
  },
  {
    name: "a winner wins for ever",
    file: plain,
    find: " AND x.t < w.until",
    replace: "",
  },
  {
    name: "of ties known at once the lesser wins",
    file: plain,
    find: "ORDER BY av, rk) AS until",
    replace: "ORDER BY av, rk DESC) AS until",
  },

  {
    name: "corrected: < for <= at visibility",
    file: corrected,
    find: "r ON a.kid = r.kid AND a.t >= r.av",
    replace: "r ON a.kid = r.kid AND a.t > r.av",
  },
  {
    name: "corrected: knownAt ignored",
    file: corrected,
    find: "greatest(ka, ${visible}) AS av",
    replace: "${visible} AS av",
  },
  {
    name: "corrected: knownAt not raised to eventTime",
    file: corrected,
    find: "greatest(ka, ${visible}) AS av",
    replace: "ka AS av",
  },
  {
    name: "corrected: the newest known wins, not the newest that happened",
    file: corrected,
    find: "WHERE rk = best AND next_av",
    replace: "WHERE next_av",
  },
  {
    name: "corrected: ties in knownAt left to the ASOF join",
    file: corrected,
    find: " AND next_av IS DISTINCT FROM av",
    replace: "",
  },
  {
    name: "corrected: events that pass ignored",
    file: corrected,
    find: "CASE WHEN p.rk > coalesce(r.rk, 0) THEN",
    replace: "CASE WHEN false THEN",
  },
  {
    name: "corrected: events that pass only where none stays",
    file: corrected,
    find: "CASE WHEN p.rk > coalesce(r.rk, 0) THEN",
    replace: "CASE WHEN r.rk IS NULL THEN",
  },
  {
    name: "corrected: the least of those that pass",
    file: corrected,
    find: '`e.${c}`, "e.rk")',
    replace: '`e.${c}`, "-e.rk")',
  },
  {
    name: "corrected: an event that passes hides the newest of those that stay",
    file: corrected,
    find: "`(SELECT * FROM ${events} WHERE gone = ${FOREVER})`, visible",
    replace: "events, visible",
    tests: corrections,
  },
  {
    name: "corrected: events that pass are records",
    file: corrected,
    find: "FROM ${candidates} WHERE gone = ${FOREVER}",
    replace: "FROM ${candidates}",
  },
];
