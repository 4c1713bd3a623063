import { formatInstant, type Instant } from "@lockstep/core";
import type { Answer, AnswerColumn } from "@lockstep/online";
import { cellError } from "./cells.js";
import { type FieldNode, type GraphQLError, locatedError } from "./graphql.js";
import { pickColumn } from "./pick-column.js";
import type { Settled } from "./pipeline.js";
import type { CellField, ObjectPlan, QueryPlan, ServiceField } from "./query-plan.js";
import { type RowObjects, rowObjects } from "./row-objects.js";
import { wireColumn, wireInstants } from "./wire-column.js";

/** What executing a query gives: what is in `errors` is still to be presented. */
export interface QueryResult {
  readonly data: object;
  readonly errors: readonly GraphQLError[];
}

type Path = readonly (string | number)[];
type Fail = (cause: unknown, nodes: readonly FieldNode[], path: Path) => void;

/** `settled`: what became of the plan's services, in order. */
export function queryResult({ fields }: QueryPlan, settled: readonly Settled[]): QueryResult {
  const errors: GraphQLError[] = [];
  const fail: Fail = (cause, nodes, path) => {
    errors.push(locatedError(cause, [...nodes], [...path]));
  };
  let next = 0;
  const data = record(
    fields.map((field) => [
      field.key,
      field.kind === "typename" ? field.text : serviceResult(field, settled[next++] as Settled, fail),
    ]),
  );
  return { data, errors };
}

/** With all names as own properties, `__proto__` too. */
function record(entries: readonly (readonly [string, unknown])[]): object {
  const out: Record<string, unknown> = Object.create(null);
  for (const [key, value] of entries) out[key] = value;
  return out;
}

function serviceResult(field: ServiceField, settled: Settled, fail: Fail): object | null {
  if ("error" in settled) {
    fail(settled.error, field.nodes, [field.key]);
    return null;
  }
  const { answer } = settled;
  return record(
    field.result.map((own) => {
      if (own.kind === "typename") return [own.key, own.text];
      if (own.kind === "rows") return [own.key, rowsOf(own.row, answer, [field.key, own.key], fail)];
      return [own.key, instantOf(own.kind === "t" ? answer.t : answer.watermark)];
    }),
  );
}

const instantOf = (at: Instant | null): string | null => (at === null ? null : formatInstant(at));

const builders = new WeakMap<ObjectPlan, RowObjects>();

function rowsOf(plan: ObjectPlan, answer: Answer, path: Path, fail: Fail): object[] {
  const known = builders.get(plan);
  const { cells, build } = known ?? rowObjects(plan);
  if (!known) builders.set(plan, { cells, build });
  const columns = new Map<string, AnswerColumn>();
  for (const column of answer.columns) columns.set(column.name, column);
  const lists = cells.map((cell) => listOf(cell, columns.get(cell.column)));
  if (answer.errors.length > 0) failCells(plan, cells, lists, answer, path, fail);
  return build(lists, answer.rows);
}

function listOf({ column, of, pick }: CellField, found: AnswerColumn | undefined): readonly unknown[] {
  if (!found) throw new Error(`the answer has no column '${column}'`);
  if (of === "status") return found.statuses;
  if (of === "eventTime") return wireInstants(found.eventTimes);
  return pick ? pickColumn(found.type, found.values, pick) : wireColumn(found.type, found.values);
}

/** A cell that failed is null, and so is what else is said of it; each says why. */
function failCells(
  plan: ObjectPlan,
  cells: readonly CellField[],
  lists: (readonly unknown[])[],
  { errors }: Answer,
  path: Path,
  fail: Fail,
): void {
  const paths = cellPaths(plan, []);
  const failed = new Map(errors.map((error) => [`${error.row} ${error.column}`, error]));
  const rows = [...new Set(errors.map(({ row }) => row))].sort((a, b) => a - b);
  cells.forEach(({ column }, i) => {
    const own = errors.filter((error) => error.column === column);
    if (own.length === 0) return;
    const list = [...(lists[i] ?? [])];
    for (const { row } of own) list[row] = null;
    lists[i] = list;
  });
  for (const row of rows) {
    cells.forEach(({ column, nodes }, i) => {
      const error = failed.get(`${row} ${column}`);
      if (error) fail(cellError(error), nodes, [...path, row, ...(paths[i] ?? [])]);
    });
  }
}

/** Where each cell lies within a row, in the order of the row's cells. */
const cellPaths = ({ fields }: ObjectPlan, path: Path): Path[] =>
  fields.flatMap((field) => {
    if (field.kind === "cell") return [[...path, field.key]];
    return field.kind === "object" ? cellPaths(field.object, [...path, field.key]) : [];
  });
