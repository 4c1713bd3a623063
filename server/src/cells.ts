import { type Instant, LockstepError, type Status, type Value } from "@lockstep/core";
import type { Answer, AnswerColumn, AnswerError } from "@lockstep/online";
import type { MemberShape } from "./service-shape.js";

interface FeatureColumn {
  readonly column: AnswerColumn;
  /** The rows that failed. */
  readonly errors: ReadonlyMap<number, AnswerError>;
}

/** What an answer holds of one member, by feature. */
type MemberColumns = ReadonlyMap<string, FeatureColumn>;

/** One row of an answer: what the resolvers of a row's fields start from. */
export interface RowCells {
  readonly members: ReadonlyMap<string, MemberColumns>;
  readonly row: number;
}

/** One member of one row. */
export interface MemberCells {
  readonly columns: MemberColumns;
  readonly row: number;
}

/** An answer by row, member and feature, as GraphQL walks it. */
export function answerRows(answer: Answer, shapes: readonly MemberShape[]): RowCells[] {
  const columns = new Map(answer.columns.map((column) => [column.name, { column, errors: errorsOf(answer, column) }]));
  const members = new Map(shapes.map((shape) => [shape.name, memberColumns(shape, columns)]));
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
  columns: members.get(name) ?? new Map(),
  row,
});

export const cellValue = (cells: MemberCells, feature: string): Value =>
  cellColumn(cells, feature).values[cells.row] ?? null;
export const cellStatus = (cells: MemberCells, feature: string): Status | null =>
  cellColumn(cells, feature).statuses[cells.row] ?? null;
export const cellEventTime = (cells: MemberCells, feature: string): Instant | null =>
  cellColumn(cells, feature).eventTimes[cells.row] ?? null;

/** The feature's column; throws where this row of it failed, so that the error gets the field's path. */
function cellColumn({ columns, row }: MemberCells, feature: string): AnswerColumn {
  const found = columns.get(feature);
  if (!found) throw new Error(`the answer has no column for '${feature}'`);
  const error = found.errors.get(row);
  if (error) throw cellError(error);
  return found.column;
}

export const cellError = ({ row, column, code, message }: AnswerError): LockstepError =>
  new LockstepError({ code, place: `row ${row}, ${column}`, what: message });
