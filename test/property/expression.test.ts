import { duckdb } from "@lockstep/compiler";
import { compileExpr, duckdbType, type ExprIR, isLockstepError, type RowValues, type Value } from "@lockstep/core";
import { Database } from "@lockstep/offline";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exprSql } from "../../packages/compiler/src/lower/expr.js";
import { columnEdges, tableColumns, valueSql } from "./expression-values.js";
import { expressions, shownExpression } from "./expressions.js";
import { settings } from "./settings.js";

const RUNS = 30;
const ROWS = 48;
const EXPRESSIONS = 16;
const REQUIRED = { pairs: 20_000, values: 8_000 };

const rowsOf: fc.Arbitrary<RowValues[]> = fc.array(
  fc.record(
    Object.fromEntries(
      tableColumns.map(({ name, type }) => [name, fc.constantFrom(null, ...columnEdges(type), ...columnEdges(type))]),
    ),
    { noNullPrototype: true },
  ),
  { minLength: ROWS, maxLength: ROWS },
);

interface Batch {
  readonly rows: readonly RowValues[];
  readonly exprs: readonly ExprIR[];
}
const batches: fc.Arbitrary<Batch> = fc.record({
  rows: rowsOf,
  exprs: fc.array(expressions, { minLength: EXPRESSIONS, maxLength: EXPRESSIONS }),
});

const OVERFLOW = Symbol("overflow");
type Outcome = Value | typeof OVERFLOW;

describe("expressions evaluated in JavaScript agree with the engine", () => {
  let db: Database;
  const drawn = { pairs: 0, values: 0, overflows: 0 };
  beforeAll(async () => {
    db = await Database.open({ threads: 1 });
  });
  afterAll(() => {
    db.close();
    console.info(`expressions: ${JSON.stringify(drawn)}`);
  });

  it("for random expressions and rows of edge values", { timeout: 3_600_000 }, async () => {
    const run = settings(RUNS);
    await fc.assert(
      fc.asyncProperty(batches, async (batch) => {
        expect(await compare(batch)).toEqual([]);
      }),
      // What differs is shown expression by expression; a smaller batch would say no more.
      { ...run, endOnFailure: true },
    );
    if (run.numRuns === RUNS && run.path === undefined) {
      expect(drawn.pairs).toBeGreaterThanOrEqual(REQUIRED.pairs);
      expect(drawn.values).toBeGreaterThanOrEqual(REQUIRED.values);
    }
  });

  async function compare({ rows, exprs }: Batch): Promise<string[]> {
    const columns = tableColumns.map(({ name, type }) => `"${name}" ${duckdbType(type)}`);
    await db.run(`CREATE OR REPLACE TEMP TABLE given (row_number INTEGER, ${columns.join(", ")})`);
    const tuples = rows.map(
      (row, i) => `(${[i, ...tableColumns.map(({ name, type }) => valueSql(type, row[name] ?? null))].join(", ")})`,
    );
    await db.run(`INSERT INTO given VALUES ${tuples.join(", ")}`);
    const ours = exprs.map((expr) => outcomes(expr, rows));
    const tried = await triedBy(exprs);
    const differences = exprs.flatMap((expr, e) =>
      rows.flatMap((row, i) => difference(expr, row, ours[e]?.[i] as Outcome, tried[e]?.[i] as Outcome)),
    );
    if (differences.length > 0) return differences;
    return [...(await plainDifferences(exprs, rows, ours))];
  }

  /** What the engine gives, and where it raises: there even the hash of a null is null. */
  async function triedBy(exprs: readonly ExprIR[]): Promise<Outcome[][]> {
    const fields = exprs.flatMap((e) => [`TRY(${typed(e)})`, `TRY(hash(${typed(e)})::VARCHAR)`]);
    const found: Outcome[][] = exprs.map(() => []);
    // What two fields share would be computed before either, outside of TRY.
    await db.run("SET disabled_optimizers = 'common_subexpressions'");
    for await (const chunk of db.chunks(`SELECT ${fields.join(", ")} FROM given ORDER BY row_number`)) {
      for (const [e, expr] of exprs.entries()) {
        const [value, hash] = [chunk.column(2 * e, expr.type), chunk.column(2 * e + 1, { kind: "string" })];
        for (let i = 0; i < chunk.rows; i++) found[e]?.push(!hash.valid(i) ? OVERFLOW : value.get(i));
      }
    }
    await db.run("RESET disabled_optimizers");
    return found;
  }

  /** As a frame evaluates them, many rows at a time: rows that overflow somewhere are left out. */
  async function plainDifferences(
    exprs: readonly ExprIR[],
    rows: readonly RowValues[],
    ours: readonly Outcome[][],
  ): Promise<string[]> {
    const kept = rows.map((_, i) => i).filter((i) => ours.every((of) => of[i] !== OVERFLOW));
    if (kept.length === 0) return [];
    const differences: string[] = [];
    await db.run(`CREATE OR REPLACE TEMP TABLE kept AS FROM given WHERE row_number IN (${kept.join(", ")})`);
    for await (const chunk of db.chunks(`SELECT ${exprs.map(typed).join(", ")} FROM kept ORDER BY row_number`)) {
      for (const [e, expr] of exprs.entries()) {
        const column = chunk.column(e, expr.type);
        for (const [at, i] of kept.entries())
          differences.push(...difference(expr, rows[i] as RowValues, ours[e]?.[i] as Outcome, column.get(at)));
      }
    }
    return differences;
  }

  function outcomes(expr: ExprIR, rows: readonly RowValues[]): Outcome[] {
    const evaluate = compileExpr(expr);
    return rows.map((row) => {
      drawn.pairs++;
      try {
        const value = evaluate(row);
        if (value !== null) drawn.values++;
        return value;
      } catch (error) {
        if (!isLockstepError(error) || error.code !== "EXPRESSION_OVERFLOW") throw error;
        drawn.overflows++;
        return OVERFLOW;
      }
    });
  }
});

const typed = (expr: ExprIR): string => `(${exprSql(duckdb, expr)})::${duckdbType(expr.type)}`;

function difference(expr: ExprIR, row: RowValues, ours: Outcome, theirs: Outcome): string[] {
  if (same(ours, theirs)) return [];
  const read = Object.fromEntries([...columnsIn(expr)].map((name) => [name, row[name]]));
  return [`${shownExpression(expr)}: ${fc.stringify(ours)}, engine ${fc.stringify(theirs)}; row ${fc.stringify(read)}`];
}

const columnsIn = (expr: ExprIR): Set<string> =>
  new Set(
    expr.kind === "column" ? [expr.name] : expr.kind === "call" ? expr.args.flatMap((a) => [...columnsIn(a)]) : [],
  );

function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [x, y] = [Object.entries(a), Object.entries(b)];
  return x.length === y.length && x.every(([k, v], i) => y[i]?.[0] === k && same(v, y[i]?.[1]));
}
