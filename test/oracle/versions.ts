import { equalityText } from "./equality.js";
import type { Event } from "./events.js";
import { compareColumns, compareEvents, compareVersions } from "./order.js";
import { cell, columnType, type OracleSource } from "./source.js";
import { compareIntegers } from "./values.js";

/** Section 2: the events that exist at `t`, after versions and deletes, before keys. */
export function eventsAt(source: OracleSource, reads: string[], candidates: Event[], t: bigint): Event[] {
  const known = candidates.filter((event) => event.knownAt <= t);
  const current = source.id === undefined ? known : latestVersions(source, source.id, reads, known);
  return current.filter((event) => !event.deleted);
}

function latestVersions(source: OracleSource, id: string, reads: string[], events: Event[]): Event[] {
  const type = columnType(source, id);
  const latest = new Map<string, Event>();
  for (const event of events) {
    const text = equalityText(type, cell(event.row, id));
    const other = latest.get(text);
    if (other === undefined || supersedes(source, reads, event, other)) latest.set(text, event);
  }
  return [...latest.values()];
}

// Section 2 says (version, knownAt). What follows breaks its ties: a delete wins, then the total order
// of events, then every column of the source, so that file order never decides.
function supersedes(source: OracleSource, reads: string[], a: Event, b: Event): boolean {
  const order =
    compareVersions(source, a, b) ||
    compareIntegers(a.knownAt, b.knownAt) ||
    Number(a.deleted) - Number(b.deleted) ||
    compareEvents(source, reads, a, b) ||
    compareColumns(
      source,
      source.columns.map((column) => column.name),
      a,
      b,
    );
  return order > 0;
}
