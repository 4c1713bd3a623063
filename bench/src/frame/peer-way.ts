/** The two Parquet files of a case, and what the rows of its events are known by. */
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

export function file(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}

/** The label rows with their place in the file: what every way starts from, and puts back in order at the end. */
export function labelRows(data: PeerData): string {
  return `SELECT file_row_number AS rn, k, ts, y FROM read_parquet(${file(data.labels)}, file_row_number = true)`;
}

export function eventRows(data: PeerData): string {
  return `read_parquet(${file(data.events)})`;
}
