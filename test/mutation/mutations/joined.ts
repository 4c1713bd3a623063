import type { Mutation } from "../mutation.js";

const joined = "packages/compiler/src/lower/joined-windows.ts";
const lifetime = "packages/compiler/src/lower/lifetime.ts";
const buckets = "packages/compiler/src/lower/buckets.ts";
const windows = "packages/compiler/src/lower/windows.ts";

/** Windows over the events themselves: one join for all of them, and running aggregates for lifetimes. */
export const JOINED: readonly Mutation[] = [
  {
    name: "offset moves knownAt too",
    file: joined,
    find: '["e.ka <= a.t"]',
    replace: "[`e.ka <= ${own[0]?.to}`]",
  },
  { name: "knownAt ignored in windows", file: joined, find: '["e.ka <= a.t"]', replace: "[]" },
  { name: "< for <= at knownAt in windows", file: joined, find: '["e.ka <= a.t"]', replace: '["e.ka < a.t"]' },
  {
    name: "an event that is gone is still in windows",
    file: joined,
    find: '["a.t < e.gone"]',
    replace: "[]",
  },
  {
    name: "gone from windows one microsecond too late",
    file: joined,
    find: '["a.t < e.gone"]',
    replace: '["a.t <= e.gone"]',
  },
  {
    name: "joined: every window takes the widest's events",
    file: joined,
    find: "from === null || window === range.widest ? []",
    replace: "from === null || range.widest !== null ? []",
  },
  {
    name: "joined: a window reaches back as far as any",
    file: joined,
    find: "from === null || window === range.widest ? []",
    replace: "true ? []",
  },
  {
    name: "joined: a window reaches on as far as any",
    file: joined,
    find: "range.oneEnd ? [] : [`e.et",
    replace: "true ? [] : [`e.et",
  },
  {
    name: "joined: ends of different offsets taken for one",
    file: joined,
    find: "e.to === first.to && e.upper === first.upper",
    replace: "e.upper === first.upper",
  },
  {
    name: "joined: ends of different bounds taken for one",
    file: joined,
    find: "e.to === first.to && e.upper === first.upper",
    replace: "e.to === first.to",
  },
  {
    name: "joined: the widest by its size alone",
    file: joined,
    find: "v.size + v.hop + v.offset <= w.size + w.offset",
    replace: "v.size <= w.size",
  },
  {
    name: "joined: the widest without the others' hops",
    file: joined,
    find: "v.size + v.hop + v.offset <= w.size + w.offset",
    replace: "v.size + v.offset <= w.size + w.offset",
    tests: ["test/conformance/shared-tiles.test.ts"],
  },
  {
    name: "joined: the widest whatever its lower edge",
    file: joined,
    find: "return edgeIn && (",
    replace: "return (",
  },
  {
    name: "joined: wider than one other is the widest",
    file: joined,
    find: "windows.every((v, j) => i === j || begins",
    replace: "windows.some((v, j) => i !== j && begins",
  },
  {
    name: "joined: the narrowest bounds the others",
    file: joined,
    find: '`least(${froms.join(", ")})`',
    replace: '`greatest(${froms.join(", ")})`',
  },
  {
    name: "joined: the first edge of several left out",
    file: joined,
    find: "where: [`e.et >= ${from}`, end], from, widest: null",
    replace: "where: [`e.et > ${from}`, end], from, widest: null",
  },
  {
    name: "a mean over the widest window",
    file: joined,
    find: "filterOf(plan, condition(of(plan)))",
    replace: "filterOf(plan, null)",
  },
  {
    name: "a mean without its where",
    file: joined,
    find: "rowFilter(specs[0] as PartialSpec, condition)",
    replace: "rowFilter({ ...(specs[0] as PartialSpec), where: null }, condition)",
  },
  {
    name: "only the last bucket of time is joined",
    file: buckets,
    find: "[bucket(from), bucket(to)]",
    replace: "[bucket(to), bucket(to)]",
  },
  {
    name: "only the first bucket of time is joined",
    file: buckets,
    find: "[bucket(from), bucket(to)]",
    replace: "[bucket(from), bucket(from)]",
  },

  { name: "lifetime upper edge inclusive", file: lifetime, find: "? 0 : 1", replace: "? 0 : 0" },
  {
    name: "lifetime offset ignored",
    file: lifetime,
    find: 'window.offset + (window.bounds.endsWith("]") ? 0 : 1)',
    replace: '(window.bounds.endsWith("]") ? 0 : 1)',
  },
  {
    name: "lifetime offset moves knownAt too",
    file: lifetime,
    find: "SELECT kid, greatest(ka, et + ${delay}) AS av",
    replace: "SELECT kid, greatest(ka, et) + ${delay} AS av",
  },
  {
    name: "knownAt ignored in lifetimes",
    file: lifetime,
    find: "SELECT kid, greatest(ka, et + ${delay}) AS av",
    replace: "SELECT kid, et + ${delay} AS av",
  },
  {
    name: "< for <= in lifetimes",
    file: lifetime,
    find: "${instant} >= r.${at}",
    replace: "${instant} > r.${at}",
  },
  {
    name: "lifetimes: events that pass ignored",
    file: lifetime,
    find: "[running, `SELECT * FROM ${counting}`]",
    replace: "[running]",
  },
  {
    name: "lifetimes: events that pass stay too",
    file: lifetime,
    find: "`(SELECT * FROM ${events} WHERE gone = ${FOREVER})` : events",
    replace: "events : events",
  },
  {
    name: "lifetimes: events that pass count before they are known",
    file: lifetime,
    find: "SELECT *, greatest(ka, et + ${delay}) AS av",
    replace: "SELECT *, et + ${delay} AS av",
    tests: ["test/conformance/corrections.test.ts"],
  },
  {
    name: "lifetimes of different ends share a running aggregate",
    file: windows,
    find: '[offset, bounds.endsWith("]")] : "joined"',
    replace: '["lifetime"] : "joined"',
    tests: ["test/conformance/lifetimes.test.ts"],
  },
];
