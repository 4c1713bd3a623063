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
      const path = [field.key, own.key];
      if (own.kind === "rows") return [own.key, rowsOf(own.object, answer, path, fail)];
      if (own.kind === "columns") return [own.key, columnsOf(own.object, answer, path, fail)];
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
  const lists = cells.map((cell, i) => listOf(cell, columnOf(answer, cell.column, i)));
  if (answer.errors.length > 0) failCells(plan, cells, lists, answer, path, fail);
  return build(lists, answer.rows);
}

/** Each column as one list. */
function columnsOf(plan: ObjectPlan, answer: Answer, path: Path, fail: Fail): object {
  let next = 0;
  const walk = ({ fields }: ObjectPlan, within: Path): object =>
    record(
      fields.map((field) => {
        const place = [...within, field.key];
        if (field.kind === "typename") return [field.key, field.text];
        if (field.kind === "object") return [field.key, walk(field.object, place)];
        const list = listOf(field, columnOf(answer, field.column, next++));
        return [field.key, answer.errors.length > 0 ? withoutFailed(list, field, answer, place, fail) : list];
      }),
    );
  return walk(plan, path);
}

/** The list with null for what failed; each says why. */
function withoutFailed(
  list: readonly unknown[],
  { column, nodes }: CellField,
  { errors }: Answer,
  path: Path,
  fail: Fail,
): readonly unknown[] {
  const failed = new Map(errors.filter((error) => error.column === column).map((error) => [error.row, error]));
  if (failed.size === 0) return list;
  return list.map((value, row) => {
    const error = failed.get(row);
    if (!error) return value;
    fail(cellError(error), nodes, [...path, row]);
    return null;
  });
}

/** Most of the time the cells are in the order of the answer's columns. */
function columnOf({ columns }: Answer, name: string, guess: number): AnswerColumn | undefined {
  const column = columns[guess];
  return column?.name === name ? column : columns.find((other) => other.name === name);
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
