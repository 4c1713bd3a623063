/** What a peer reads: the events' Parquet file, and the labels in a table (rn, k, ts, y), loaded as ours are. */
export interface PeerData {
  readonly events: string;
  readonly labels: string;
  readonly known: "at once" | "later";
}

/** One way an expert could write the frame by hand: a query whose columns and rows are the frame's. */
export interface PeerWay {
  readonly name: string;
  readonly sql: (data: PeerData) => string;
}

export function labelRows(data: PeerData): string {
  return `SELECT rn, k, ts, y FROM ${data.labels}`;
}

export function eventRows(data: PeerData): string {
  return `read_parquet('${data.events.replaceAll("'", "''")}')`;
}
