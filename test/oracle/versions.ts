import { equalityText } from "./equality.js";
import type { Event } from "./events.js";
import { compareColumns, compareEvents, compareVersions } from "./order.js";
import { cell, columnType, idColumns, type OracleSource } from "./source.js";
import { compareIntegers } from "./values.js";

/** Section 2: the events that exist at `t`, after versions and deletes, before keys. */
export function eventsAt(
  source: OracleSource,
  keys: string[],
  reads: string[],
  candidates: Event[],
  t: bigint,
): Event[] {
  const known = candidates.filter((event) => event.knownAt <= t);
  const current = source.id === undefined ? known : latestVersions(source, keys, reads, known);
  return current.filter((event) => !event.deleted);
}

function latestVersions(source: OracleSource, keys: string[], reads: string[], events: Event[]): Event[] {
  const latest = new Map<string, Event>();
  for (const event of events) {
    const text = idColumns(source)
      .map((name) => equalityText(columnType(source, name), cell(event.row, name)))
      .join(" ");
    const other = latest.get(text);
    if (other === undefined || supersedes(source, keys, reads, event, other)) latest.set(text, event);
  }
  return [...latest.values()];
}

// Section 2 says (version, knownAt). What follows breaks its ties: a delete wins, then the total order
// of events, then the view's keys, so that file order never decides and no column that the view leaves alone does.
function supersedes(source: OracleSource, keys: string[], reads: string[], a: Event, b: Event): boolean {
  const order =
    compareVersions(source, a, b) ||
    compareIntegers(a.knownAt, b.knownAt) ||
    Number(a.deleted) - Number(b.deleted) ||
    compareEvents(source, reads, a, b) ||
    compareColumns(source, keys, a, b);
  return order > 0;
}
