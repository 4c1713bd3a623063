import type { Event } from "./events.js";
import { cell, columnType, type OracleSource } from "./source.js";
import { compareIntegers, compareValues } from "./values.js";

/** Section 2's total order of a key's events: eventTime, version, the columns read. */
export function compareEvents(source: OracleSource, reads: string[], a: Event, b: Event): number {
  return (
    compareIntegers(a.eventTime, b.eventTime) || compareVersions(source, a, b) || compareColumns(source, reads, a, b)
  );
}

export function compareVersions(source: OracleSource, a: Event, b: Event): number {
  // Section 2: the default version is knownAt.
  if (source.version === undefined) return compareIntegers(a.knownAt, b.knownAt);
  return compareValues(columnType(source, source.version), a.version, b.version);
}

export function compareColumns(source: OracleSource, names: string[], a: Event, b: Event): number {
  for (const { name, type } of source.columns) {
    if (!names.includes(name)) continue;
    const order = compareValues(type, cell(a.row, name), cell(b.row, name));
    if (order !== 0) return order;
  }
  return 0;
}
