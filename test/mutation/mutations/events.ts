import type { Mutation } from "../mutation.js";

const events = "packages/compiler/src/lower/events.ts";
const latest = "packages/compiler/src/lower/latest.ts";

/** The order of events, and which of them is the latest one. */
export const EVENTS: readonly Mutation[] = [
  {
    name: "tie order flipped",
    file: events,
    find: "o${i} NULLS FIRST",
    replace: "o${i} DESC NULLS LAST",
  },
  { name: "ties: nulls last", file: events, find: "o${i} NULLS FIRST", replace: "o${i} NULLS LAST" },
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
    file: events,
    find: "view.features.flatMap(expressionsOf)",
    replace: "view.features.slice(0, 1).flatMap(expressionsOf)",
  },
  {
    name: "ties: a where column is not read",
    file: events,
    find: "[feature.argument, feature.where].filter",
    replace: "[feature.argument].filter",
    tests: ["test/defects/ties.test.ts"],
  },
  { name: "events known by the very watermark left out", file: events, find: "`ka <= ${", replace: "`ka < ${" },
  { name: "watermark ignored", file: events, find: "[`ka <= ${events.knownBy}`]", replace: "[]" },

  {
    name: "< for <= at visibility",
    file: latest,
    find: "ASOF JOIN ${records} r ON a.kid = r.kid AND a.t >= r.av",
    replace: "ASOF JOIN ${records} r ON a.kid = r.kid AND a.t > r.av",
  },
  { name: "asOf '<' ignored", file: latest, find: '"et + 1" : "et"', replace: '"et" : "et"' },
  { name: "asOf '<' off by one microsecond", file: latest, find: '"et + 1" : "et"', replace: '"et + 2" : "et"' },
  { name: "ttl off by one microsecond", file: latest, find: ".et > ${view.ttl}", replace: ".et > ${view.ttl + 1}" },
  { name: "expired at exactly ttl", file: latest, find: ".et > ${view.ttl}", replace: ".et >= ${view.ttl}" },
  { name: "ttl from knownAt", file: latest, find: "a.t, r.et, ", replace: "a.t, r.av AS et, " },
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
    name: "knownAt ignored",
    file: latest,
    find: "greatest(ka, ${visible}) AS av FROM ${events}${versioned",
    replace: "${visible} AS av FROM ${events}${versioned",
  },
  {
    name: "knownAt not raised to eventTime",
    file: latest,
    find: "greatest(ka, ${visible}) AS av FROM ${events}${versioned",
    replace: "ka AS av FROM ${events}${versioned",
  },
  {
    name: "the newest known wins, not the newest that happened",
    file: latest,
    find: "WHERE rk = best AND next_av",
    replace: "WHERE next_av",
  },
  {
    name: "ties in knownAt left to the ASOF join",
    file: latest,
    find: " AND next_av IS DISTINCT FROM av",
    replace: "",
  },
  {
    name: "ties left to the ASOF join",
    file: latest,
    find: "QUALIFY lead(et) OVER (PARTITION BY kid ORDER BY rk) IS DISTINCT FROM et",
    replace: "",
  },
];
