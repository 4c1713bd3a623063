import type { Mutation } from "../mutation.js";

const edges = "packages/compiler/src/lower/window.ts";
const partials = "packages/compiler/src/lower/partials.ts";
const columns = "packages/compiler/src/lower/window-columns.ts";
const duckdb = "packages/compiler/src/dialects/duckdb.ts";
const duckdbPartials = "packages/compiler/src/dialects/duckdb-partials.ts";
const duckdbCarry = "packages/compiler/src/dialects/duckdb-carry.ts";

/** Windowed features in frames: edges, what counts, aggregates. */
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
    find: "...(spec.ignoreNulls && spec.input !== null ? [`${inputColumn(spec.input)} IS NOT NULL`] : []),",
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
