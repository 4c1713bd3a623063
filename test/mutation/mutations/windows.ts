import type { Mutation } from "../mutation.js";

const edges = "packages/compiler/src/lower/window.ts";
const windows = "packages/compiler/src/lower/windows.ts";
const lifetime = "packages/compiler/src/lower/lifetime.ts";
const partials = "packages/compiler/src/lower/partials.ts";
const columns = "packages/compiler/src/lower/window-columns.ts";
const duckdb = "packages/compiler/src/dialects/duckdb.ts";
const duckdbPartials = "packages/compiler/src/dialects/duckdb-partials.ts";
const duckdbCarry = "packages/compiler/src/dialects/duckdb-carry.ts";

/** Windowed features in frames: edges, tiles, aggregates. */
export const WINDOWS: readonly Mutation[] = [
  { name: "lower edge swapped", file: edges, find: '? ">=" : ">"', replace: '? ">" : ">="' },
  { name: "upper edge swapped", file: edges, find: '? "<=" : "<"', replace: '? "<" : "<="' },
  {
    name: "hop dropped",
    file: edges,
    find: "dialect.floorTo(minus(q, window.size), window.hop)",
    replace: "minus(q, window.size)",
  },
  {
    name: "floored before the size is taken off",
    file: edges,
    find: "dialect.floorTo(minus(q, window.size), window.hop)",
    replace: "minus(dialect.floorTo(q, window.hop), window.size)",
  },
  { name: "offset ignored", file: edges, find: "const q = minus(t, window.offset)", replace: "const q = t" },
  {
    name: "offset added",
    file: edges,
    find: "const q = minus(t, window.offset)",
    replace: "const q = minus(t, -window.offset)",
  },
  { name: "offset moves knownAt too", file: windows, find: "e.ka <= a.t", replace: "e.ka <= ${span.to}" },
  {
    name: "knownAt ignored in windows",
    file: windows,
    find: "e.ka <= a.t${isVersioned",
    replace: "true${isVersioned",
  },
  { name: "< for <= at knownAt in windows", file: windows, find: "e.ka <= a.t", replace: "e.ka < a.t" },

  { name: "late branch dropped", file: windows, find: "`e.late AND", replace: "`false AND" },
  { name: "late events in tiles too", file: windows, find: "WHERE NOT late GROUP BY", replace: "GROUP BY" },
  {
    name: "late one microsecond later",
    file: windows,
    find: "${hop + hints.settle}${versioned",
    replace: "${hop + hints.settle + 1}${versioned",
    tests: ["test/defects/future.test.ts"],
  },
  {
    name: "settle ignores the offset",
    file: windows,
    find: "Math.max(hints.settle, offset)",
    replace: "hints.settle",
  },
  {
    name: "settle ignored",
    file: windows,
    find: "Math.max(hints.settle, offset)",
    replace: "offset",
  },
  { name: "tile counted twice at the open edge", file: windows, find: "e.tile < ${", replace: "e.tile <= ${" },
  {
    name: "tile left out at the open edge",
    file: windows,
    find: "e.tile >= ${firstOpen}",
    replace: "e.tile > ${firstOpen}",
  },
  { name: "tile left out at the lower edge", file: windows, find: "e.tile >= ${from}", replace: "e.tile > ${from}" },
  {
    name: "tiles hold their start whatever the bounds",
    file: windows,
    find: 'const edge = bounds === "(]" ? 1 : 0;',
    replace: "const edge = 0;",
  },
  {
    name: "a narrower window takes the widest's tiles",
    file: windows,
    find: "plan.feature.window.size === widest.size ? null",
    replace: "plan.feature.window.size <= widest.size ? null",
    tests: ["test/conformance/shared-tiles.test.ts"],
  },
  {
    name: "the narrowest window taken for the widest",
    file: windows,
    find: "b.size > a.size",
    replace: "b.size < a.size",
    tests: ["test/conformance/shared-tiles.test.ts"],
  },
  {
    name: "only the last bucket of time is joined",
    file: windows,
    find: "dialect.integers(bucket(span.from), bucket(span.to))",
    replace: "dialect.integers(bucket(span.to), bucket(span.to))",
  },

  { name: "lifetime upper edge inclusive", file: lifetime, find: "? 0 : 1", replace: "? 0 : 0" },
  { name: "lifetime offset ignored", file: lifetime, find: "(first?.offset ?? 0) + ", replace: "" },
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
    find: "a.t >= r.av`",
    replace: "a.t > r.av`",
  },

  {
    name: "where ignored",
    file: partials,
    find: "[inputColumn(spec.where)]",
    replace: "[]",
  },
  {
    name: "where keeps null",
    file: partials,
    find: "[inputColumn(spec.where)]",
    replace: "[`coalesce(${inputColumn(spec.where)}, true)`]",
  },
  {
    name: "ignoreNulls ignored",
    file: partials,
    find: "...(spec.ignoreNulls ? [`${argument} IS NOT NULL`] : []),",
    replace: "",
  },
  { name: "count over no events null", file: columns, find: "empty === null", replace: "empty !== undefined" },

  {
    name: "count(*) for count(x)",
    file: duckdbPartials,
    find: 'count(${of.argument === null ? "*" : x})',
    replace: "count(*)",
  },
  {
    name: "count(x) distinct",
    file: duckdbPartials,
    find: 'count(${of.argument === null ? "*" : x})',
    replace: 'count(${of.argument === null ? "*" : `DISTINCT ${x}`})',
  },
  {
    name: "sum over nulls 0",
    file: duckdb,
    find: 'const value = stored("sum", sum, of);',
    replace: 'const value = `coalesce(${stored("sum", sum, of)}, 0)`;',
  },
  {
    name: "sum overflows one too early",
    file: duckdb,
    find: 'checked("-9223372036854775808", "9223372036854775807", "BIGINT")',
    replace: 'checked("-9223372036854775807", "9223372036854775806", "BIGINT")',
    tests: ["test/defects/exact.test.ts"],
  },
  {
    name: "sum wraps",
    file: duckdb,
    find: "sum: ([sum], of, where) => {",
    replace:
      "sum: ([sum], of, where) => {\n      if (of.argument?.kind === 'int64') return `((${sum} + 9223372036854775808) % 18446744073709551616 - 9223372036854775808)::BIGINT`;",
    tests: ["test/defects/exact.test.ts"],
  },
  {
    name: "mean truncated",
    file: duckdb,
    find: '`${stored("sum", sum, of)}::DOUBLE / ${n?.[0]}`',
    replace: '`floor(${stored("sum", sum, of)}::DOUBLE / ${n?.[0]})`',
  },
  {
    name: "-0 and +0 swapped in min and max",
    file: duckdbPartials,
    find: '"signbit" : "NOT signbit"',
    replace: '"NOT signbit" : "signbit"',
  },
  {
    name: "the sign of zero lost in min and max",
    file: duckdbPartials,
    find: "WHEN ${value} = 0 THEN (CASE WHEN ${zeros}",
    replace: "WHEN false THEN (CASE WHEN ${zeros}",
    tests: ["test/defects/zeros.test.ts"],
  },
  {
    name: "the sign of a float32 zero lost on the way",
    file: duckdbCarry,
    find: 'type.kind === "float32" ? "DOUBLE" : bitsType(type)',
    replace: "bitsType(type)",
  },
  {
    name: "-0 and +0 tie",
    file: duckdb,
    find: "[`create_sort_key(${sql}, 'ASC NULLS FIRST')`, `NOT signbit(${sql})`]",
    replace: "[`create_sort_key(${sql}, 'ASC NULLS FIRST')`]",
    tests: ["test/defects/zeros.test.ts"],
  },
  {
    name: "last skips nulls",
    file: duckdbPartials,
    find: "`arg_${fn}_null(${x}, ${rank})",
    replace: '`arg_${fn === "max" ? "max" : "min_null"}(${x}, ${rank})',
    tests: ["test/conformance/first-and-last.test.ts"],
  },
  {
    name: "last skips the nulls of tiles",
    file: duckdbPartials,
    find: "`arg_${fn}_null(${value}, ${rank})",
    replace: '`arg_${fn === "max" ? "max" : "min_null"}(${value}, ${rank})',
    tests: ["test/conformance/first-and-last.test.ts"],
  },
  {
    name: "first for last",
    file: duckdbPartials,
    find: 'last: oneEvent("max")',
    replace: 'last: oneEvent("min")',
  },
  {
    name: "floor towards zero",
    file: duckdb,
    find: "floorTo: (x, step) => `(${x} - (((${x}) % ${step}) + ${step}) % ${step})`",
    replace: "floorTo: (x, step) => `(${x} - (${x}) % ${step})`",
  },
  {
    name: "a grid that starts in 2000",
    file: duckdb,
    find: "floorTo: (x, step) => `(${x} - (((${x}) % ${step}) + ${step}) % ${step})`",
    replace: "floorTo: (x, step) => `(${x} - (((${x} - 946684800000000) % ${step}) + ${step}) % ${step})`",
  },
];
