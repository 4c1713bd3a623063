import type { Known } from "./data.js";

/** What a peer reads: the events' Parquet file, and the labels in a table (rn, k, ts, y), loaded as ours are. */
export interface PeerData {
  readonly events: string;
  readonly labels: string;
  readonly known: Known;
  /** Leaves out at once the events whose keys no label asks for. */
  readonly prefilter?: true;
}

/** One way an expert could write the frame by hand: a query whose columns and rows are the frame's. */
export interface PeerWay {
  readonly name: string;
  readonly sql: (data: PeerData) => string;
}

export function labelRows(data: PeerData): string {
  return `SELECT rn, k, ts, y FROM ${data.labels}`;
}

/**
 * The events as a relation. Of a corrected source each row has the instant from which the next version is known
 * (`until`): its versions count up by one, are known in that order, and only few rows are more than the first.
 */
export function eventRows(data: PeerData): string {
  const file = `read_parquet('${data.events.replaceAll("'", "''")}')`;
  if (data.known === "corrected") {
    return `(SELECT v.*, coalesce(n.known_at, 'infinity') AS until FROM ${file} v
    LEFT JOIN (SELECT id, version - 1 AS version, known_at FROM ${file} WHERE version > 0) n USING (id, version))`;
  }
  return data.prefilter ? `(FROM ${file} SEMI JOIN ${data.labels} USING (k))` : file;
}

/** The condition, after others, that event `e` is known at an instant and not yet replaced by a later version. */
export function isKnown(data: PeerData, at: string): string {
  if (data.known === "at once") return "";
  return ` AND e.known_at <= ${at}${data.known === "corrected" ? ` AND e.until > ${at}` : ""}`;
}

/** The column that decides between events that happened at the same instant, before all others. */
export function versionColumn(data: PeerData): "known_at" | "version" | null {
  return { "at once": null, later: "known_at" as const, corrected: "version" as const }[data.known];
}

/** The same way over the events of the labels' keys. */
export function prefiltered(way: PeerWay): PeerWay {
  return { name: `${way.name}, prefiltered`, sql: (data) => way.sql({ ...data, prefilter: true }) };
}
