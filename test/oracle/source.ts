import type { Type, Value } from "./values.js";

export type Row = Record<string, Value>;

export interface OracleSource {
  columns: { name: string; type: Type }[];
  /** A timestamp or date column. */
  eventTime: string;
  knownAt: (row: Row) => bigint | null;
  knownAtIsEventTime?: boolean;
  id?: string | readonly string[];
  version?: string;
  deleted?: string;
}

export function columnType(source: OracleSource, name: string): Type {
  const column = source.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return column.type;
}

export const idColumns = ({ id = [] }: OracleSource): readonly string[] => (typeof id === "string" ? [id] : id);

export function cell(row: Row, name: string): Value {
  return row[name] ?? null;
}

export function checkSource(source: OracleSource): void {
  const eventTime = columnType(source, source.eventTime).kind;
  if (eventTime !== "timestamp" && eventTime !== "date") throw new Error(`eventTime is a ${eventTime}`);
  // Section 1: a day's figure is not known at that day's midnight.
  if (eventTime === "date" && source.knownAtIsEventTime) throw new Error("a date eventTime needs a knownAt");
  // Section 2: `id` needs an explicit `version` or `knownAt`.
  if (source.id !== undefined && source.version === undefined && source.knownAtIsEventTime) {
    throw new Error("id needs a version or a knownAt");
  }
}
