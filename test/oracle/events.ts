import { dateToInstant } from "./dates.js";
import { cell, columnType, idColumns, type OracleSource, type Row } from "./source.js";
import type { Type, Value } from "./values.js";

export interface Event {
  row: Row;
  eventTime: bigint;
  knownAt: bigint;
  version: Value;
  deleted: boolean;
}

/** Section 2: null where the row's eventTime, knownAt or declared id is null. */
export function readEvent(source: OracleSource, row: Row): Event | null {
  const eventTime = instant(columnType(source, source.eventTime), cell(row, source.eventTime));
  const knownAt = source.knownAt(row);
  if (eventTime === null || knownAt === null) return null;
  if (idColumns(source).some((name) => cell(row, name) === null)) return null;
  const version = source.version === undefined ? knownAt : cell(row, source.version);
  const deleted = source.deleted !== undefined && cell(row, source.deleted) === true;
  return { row, eventTime, knownAt, version, deleted };
}

export function readEvents(source: OracleSource, rows: Row[]): Event[] {
  return rows.map((row) => readEvent(source, row)).filter((event) => event !== null);
}

function instant(type: Type, value: Value): bigint | null {
  if (value === null) return null;
  return type.kind === "date" ? dateToInstant(value as string) : (value as bigint);
}
