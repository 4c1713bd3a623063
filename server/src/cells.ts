import { type Instant, LockstepError, type Status, type Value } from "@lockstep/core";
import type { Answer, AnswerColumn, AnswerError } from "@lockstep/online";
import type { MemberShape } from "./service-shape.js";

interface FeatureColumn {
  readonly column: AnswerColumn;
  /** The rows that failed. */
  readonly errors: ReadonlyMap<number, AnswerError>;
}

/** What an answer holds of one member, by feature. */
export type MemberColumns = ReadonlyMap<string, FeatureColumn>;

/** One row of an answer: what the resolvers of a row's fields start from. */
export interface RowCells {
  readonly members: AnswerColumns;
  readonly row: number;
}

/** One member of one row. */
export interface MemberCells {
  readonly columns: MemberColumns;
  readonly row: number;
}

/** What an answer holds, by member. */
export type AnswerColumns = ReadonlyMap<string, MemberColumns>;

/** An answer by member and feature: what the resolvers of columns start from. */
export function answerColumns(answer: Answer, shapes: readonly MemberShape[]): AnswerColumns {
  const columns = new Map(answer.columns.map((column) => [column.name, { column, errors: errorsOf(answer, column) }]));
  return new Map(shapes.map((shape) => [shape.name, memberColumns(shape, columns)]));
}

/** An answer by row, member and feature, as GraphQL walks it. */
export function answerRows(answer: Answer, shapes: readonly MemberShape[]): RowCells[] {
  const members = answerColumns(answer, shapes);
  return Array.from({ length: answer.rows }, (_, row) => ({ members, row }));
}

const errorsOf = (answer: Answer, column: AnswerColumn): ReadonlyMap<number, AnswerError> =>
  new Map(answer.errors.filter((e) => e.column === column.name).map((e) => [e.row, e]));

function memberColumns(shape: MemberShape, columns: ReadonlyMap<string, FeatureColumn>): MemberColumns {
  const found = new Map<string, FeatureColumn>();
  for (const feature of shape.features) {
    const column = columns.get(feature.column);
    if (column) found.set(feature.name, column);
  }
  return found;
}

export const memberCells = ({ members, row }: RowCells, name: string): MemberCells => ({
  columns: memberOf(members, name),
  row,
});

export const memberOf = (members: AnswerColumns, name: string): MemberColumns => members.get(name) ?? new Map();

export const cellValue = (cells: MemberCells, feature: string): Value =>
  cellColumn(cells, feature).values[cells.row] ?? null;
export const cellStatus = (cells: MemberCells, feature: string): Status | null =>
  cellColumn(cells, feature).statuses[cells.row] ?? null;
export const cellEventTime = (cells: MemberCells, feature: string): Instant | null =>
  cellColumn(cells, feature).eventTimes[cells.row] ?? null;

/** A feature's cells of all rows, an error for each that failed: GraphQL makes a null of it, and gives it its path. */
export function cellList<T>(
  columns: MemberColumns,
  feature: string,
  of: (column: AnswerColumn) => readonly T[],
): readonly T[] {
  const { column, errors } = featureColumn(columns, feature);
  if (errors.size === 0) return of(column);
  return of(column).map((value, row) => {
    const error = errors.get(row);
    return error ? (cellError(error) as T) : value;
  });
}

function featureColumn(columns: MemberColumns, feature: string): FeatureColumn {
  const found = columns.get(feature);
  if (!found) throw new Error(`the answer has no column for '${feature}'`);
  return found;
}

/** The feature's column; throws where this row of it failed, so that the error gets the field's path. */
function cellColumn({ columns, row }: MemberCells, feature: string): AnswerColumn {
  const found = featureColumn(columns, feature);
  const error = found.errors.get(row);
  if (error) throw cellError(error);
  return found.column;
}

export const cellError = ({ row, column, code, message }: AnswerError): LockstepError =>
  new LockstepError({ code, place: `row ${row}, ${column}`, what: message });
