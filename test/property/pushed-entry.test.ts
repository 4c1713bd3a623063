import { duckdb, entryColumns } from "@lockstep/compiler";
import {
  columnsRead,
  duckdbType,
  type ExprIR,
  type FeatureIR,
  isLockstepError,
  type NamedType,
  type RowValues,
  type SourceIR,
  stateLayout,
  type TypeIR,
  type ViewIR,
} from "@lockstep/core";
import { Database } from "@lockstep/offline";
import { decodeRow, type Entry, encodeRow } from "@lockstep/online";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type Events,
  idColumn,
  inputColumn,
  keyColumn,
  rowColumns,
  tieNames,
} from "../../packages/compiler/src/lower/events.js";
import { entriesOf, isEntry } from "../../packages/push/src/entry-of.js";
import { rowJson, rowValidator } from "../../packages/push/src/push-schema.js";
import { columnEdges, tableColumns, valueSql } from "./expression-values.js";
import { expressions } from "./expressions.js";
import { settings } from "./settings.js";

const [RUNS, ROWS] = [30, 12];
const INT64: TypeIR = { kind: "int64" };
const TIMESTAMP: TypeIR = { kind: "timestamp" };
const columns: readonly NamedType[] = [
  { name: "at", type: TIMESTAMP },
  { name: "id", type: INT64 },
  { name: "text", type: { kind: "string" } },
  ...tableColumns,
];
const typeOf = (name: string) => columns.find((c) => c.name === name)?.type as TypeIR;
const column = (name: string): ExprIR => ({ kind: "column", name, type: typeOf(name) });
const call = (op: "isNull" | "instantPlus" | "iff", type: TypeIR, ...args: ExprIR[]): ExprIR => ({
  kind: "call",
  op,
  type,
  args,
});

const edges = (type: TypeIR) => fc.constantFrom(null, ...columnEdges(type), ...columnEdges(type));
const rows: fc.Arbitrary<RowValues[]> = fc.array(
  fc.record(
    {
      ...Object.fromEntries(columns.map(({ name, type }) => [name, edges(type)])),
      text: fc.constantFrom("", "a\0b", "\0", "é|", "\u{10ffff}", "'"),
    },
    { noNullPrototype: true },
  ),
  { minLength: ROWS, maxLength: ROWS },
);

const delay = (micros: string): ExprIR =>
  call("instantPlus", TIMESTAMP, column("at"), { kind: "literal", type: { kind: "duration" }, value: micros });
const BOOL: TypeIR = { kind: "bool" };
/** An instant that depends on an expression; and one whose type a column may have. */
const instantBy = (expr: ExprIR) =>
  expr.type.kind === "timestamp"
    ? expr
    : call("iff", TIMESTAMP, call("isNull", BOOL, expr), column("t1"), column("t2"));
const columnBy = (expr: ExprIR) => (expr.type.kind === "duration" ? call("isNull", BOOL, expr) : expr);

const drawn = fc.record({
  rows,
  knownAt: fc.oneof(fc.constantFrom(null, column("t1"), delay("108000000000"), delay("0")), expressions.map(instantBy)),
  eventTime: fc.constantFrom("at", "at", "y1"),
  version: fc.constantFrom(null, "n1", "d1", "m9", "s1", "t1", "y2", "b1", "r1"),
  deleted: fc.constantFrom(null, "b1"),
  id: fc.constantFrom(["id"], ["id", "text"], ["s1", "y1"]),
  keys: fc.constantFrom([], ["text"], ["n1", "r1"], ["y1", "b2", "t2"]),
  views: fc.array(fc.array(expressions.map(columnBy), { minLength: 2, maxLength: 5 }), {
    minLength: 2,
    maxLength: 2,
  }),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer D> ? D : never;

const REFUSED = "refused";
/**
 * Something overflows in it. Engines may leave out what they don't need, as of `x + 1 IS NULL`, and not find out; or find
 * out about what they would not have needed, as of `coalesce(y, x + 1)`.
 */
const OVERFLOWS = "overflows";
const counted = { entries: 0, refused: 0 };
let db: Database;
beforeAll(async () => {
  db = await Database.open({ threads: 1 });
});
afterAll(() => {
  db.close();
  console.info(`pushed entries: ${JSON.stringify(counted)}`);
});

it("a pushed row is to a view what the SQL of its states makes of it", { timeout: 3_600_000 }, async () => {
  const run = settings(RUNS);
  await fc.assert(
    fc.asyncProperty(drawn, async (one) => {
      const source = sourceOf(one);
      const table = await load(one.rows);
      for (const [v, exprs] of one.views.entries()) {
        const view = viewOf(one, `v${v}`, exprs);
        const own = one.rows.map((row) => ours(source, view, row));
        const found = await entriesBySql(source, view, table, own);
        expect(own.map((entry, i) => (found[i] === OVERFLOWS ? OVERFLOWS : entry))).toEqual(found);
      }
    }),
    { ...run, endOnFailure: true },
  );
  if (run.numRuns !== RUNS || run.path !== undefined) return;
  expect(counted.entries).toBeGreaterThan(RUNS);
  expect(counted.refused).toBeGreaterThan(0);
});

/** By the way that a push takes, into the store's bytes and back, and once more from the row as it is kept. */
function ours(source: SourceIR, view: ViewIR, row: RowValues): string {
  const validate = rowValidator(source, false);
  const { layout, entryOf } = entriesOf({ source, view, generation: 1 });
  const valid = validate(row);
  const again = "row" in valid ? validate(JSON.parse(rowJson(source, valid.row))) : valid;
  expect(again).toEqual(valid);
  const entry = "row" in valid ? entryOf(valid.row) : null;
  if (!entry || !isEntry(entry)) {
    counted.refused++;
    return entry && "code" in entry && entry.code === "EXPRESSION_OVERFLOW" ? OVERFLOWS : REFUSED;
  }
  counted.entries++;
  const read = decodeRow(layout, encodeRow(layout, { kind: "entry", entry }));
  if (read.kind === "batch") throw new Error("an entry is read as what the batch has");
  expect(shown(read.entry)).toBe(shown(entry));
  return shown(entry);
}

function sourceOf({ knownAt, eventTime, version, deleted, id }: Drawn): SourceIR {
  return {
    name: "s",
    kind: "parquet",
    path: "",
    columns,
    eventTime,
    // A day's event time needs a knownAt.
    knownAt: eventTime === "y1" ? (knownAt ?? column("t1")) : knownAt,
    id,
    ...(version === null ? {} : { version }),
    ...(deleted === null ? {} : { deleted }),
    lookback: 0,
    push: true,
  };
}

function viewOf({ keys, id, version }: Drawn, name: string, exprs: readonly ExprIR[]): ViewIR {
  const [condition = column("b1"), ...values] = exprs;
  const features: FeatureIR[] = values.map((value, i) => ({ kind: "row", name: `f${i}`, type: value.type, value }));
  features.push({
    kind: "window",
    name: "w",
    type: INT64,
    aggregate: "count",
    argument: column("d2"),
    where: condition.type.kind === "bool" ? condition : call("isNull", BOOL, condition),
    window: { shape: "sliding", size: 3_600_000_000, hop: 0, bounds: "[)", offset: 0 },
    ignoreNulls: false,
  });
  const reads = columnsRead(features);
  const named = (of: string) => ({ name: of, type: typeOf(of) });
  const place = (key: string) => columns.findIndex((c) => c.name === key);
  return {
    name,
    entity: "e",
    keys: keys.map((key) => ({ key, column: key, type: typeOf(key) })),
    source: "s",
    ttl: null,
    asOf: "<=",
    freshness: null,
    features,
    push: {
      id: id.map(named),
      version: version === null ? null : named(version),
      reads: columns.filter((c) => reads.has(c.name)),
      keyOrder: keys.map((_, i) => i).sort((a, b) => place(keys[a] ?? "") - place(keys[b] ?? "")),
    },
  };
}

async function load(given: readonly RowValues[]): Promise<string> {
  const types = columns.map(({ name, type }) => `"${name}" ${duckdbType(type)}`);
  await db.run(`CREATE OR REPLACE TEMP TABLE pushed (__row BIGINT, ${types.join(", ")})`);
  const tuples = given.map(
    (row, i) => `(${[i, ...columns.map(({ name, type }) => valueSql(type, row[name] ?? null))].join(", ")})`,
  );
  await db.run(`INSERT INTO pushed VALUES ${tuples.join(", ")}`);
  return "pushed";
}

/** Those that a push takes at once, and each that it refuses by itself: there the SQL fails, or finds no event. Without those that overflow. */
async function entriesBySql(source: SourceIR, view: ViewIR, table: string, own: readonly string[]): Promise<string[]> {
  const found: string[] = own.map((entry) => (entry === OVERFLOWS ? OVERFLOWS : REFUSED));
  const look = async (rows: readonly number[]) => {
    // A table of its own: an engine may evaluate an expression before it leaves a row out.
    await db.run(`CREATE OR REPLACE TEMP TABLE part AS FROM ${table} WHERE __row IN (${rows.join(", ")})`);
    for (const [row, entry] of await bySql(source, view, "part")) found[row] = entry;
  };
  const numbers = own.map((_, row) => row);
  const all = numbers.filter((row) => own[row] !== REFUSED && own[row] !== OVERFLOWS);
  const whole = all.length === 0 || (await overflows(() => look(all))) === false;
  for (const row of whole ? [] : all) if (await overflows(() => look([row]))) found[row] = OVERFLOWS;
  for (const row of numbers.filter((row) => own[row] === REFUSED)) {
    await look([row]).catch((error: unknown) => {
      if (!isLockstepError(error)) throw error;
    });
  }
  return found;
}

async function overflows(look: () => Promise<void>): Promise<boolean> {
  try {
    await look();
    return false;
  } catch (error) {
    // The engine has no `coalesce` of vectors that is told from null.
    if (isLockstepError(error) && /overflow|out of range|Unimplemented type for case/i.test(error.message)) return true;
    throw error;
  }
}

async function bySql(source: SourceIR, view: ViewIR, relation: string): Promise<[number, string][]> {
  const layout = stateLayout(view);
  const events: Events = {
    dialect: duckdb,
    view,
    source,
    layout,
    reads: columnsRead(view.features),
    relation,
    knownBy: null,
  };
  const { id, key, version, ties } = entryColumns(view);
  const names = tieNames(events);
  const fields: [sql: string, type: TypeIR][] = [
    ["__row", INT64],
    ...id.map((type, i): [string, TypeIR] => [duckdb.emit(type, idColumn(i)), type]),
    ...key.map((type, i): [string, TypeIR] => [duckdb.emit(type, keyColumn(i)), type]),
    version ? [duckdb.emit(version, "v0"), version] : ["NULL::BIGINT", INT64],
    ["et", INT64],
    ["ka", INT64],
    ["del", { kind: "bool" }],
    ...ties.map((type, i): [string, TypeIR] => [duckdb.emit(type, names[i] ?? ""), type]),
    ...layout.inputs.map(({ type }, i): [string, TypeIR] => [duckdb.emit(type, inputColumn(i)), type]),
  ];
  const sql = `SELECT ${fields.map(([field]) => field).join(", ")} FROM (
    SELECT __row, ${rowColumns(events, { ranked: true }).join(", ")} FROM ${relation}) ORDER BY __row`;
  const entries: [number, string][] = [];
  for await (const chunk of db.chunks(sql)) {
    const read = fields.map(([, type], i) => chunk.column(i, type));
    for (let row = 0; row < chunk.rows; row++) {
      const [number, ...values] = read.map((one) => one.get(row));
      const take = (from: number, many: number) => values.slice(from, from + many);
      const rest = id.length + key.length;
      const [own = null, at = null, knownAt = null, deleted] = take(rest, 4);
      const entry = {
        id: take(0, id.length),
        key: take(id.length, key.length),
        version: own,
        at,
        knownAt,
        deleted: deleted === true,
        ties: take(rest + 4, ties.length),
        inputs: values.slice(rest + 4 + ties.length),
      };
      if (at === null || knownAt === null || entry.id.includes(null)) continue;
      entries.push([Number(number), shown(entry as Entry)]);
    }
  }
  return entries;
}

const shown = ({ id, key, version, at, knownAt, deleted, ties, inputs }: Entry): string =>
  fc.stringify([id, key, version, at, knownAt, deleted, ties, inputs]);
