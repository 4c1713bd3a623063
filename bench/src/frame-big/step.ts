/** DuckDB's, on both sides. */
export const MEMORY_LIMIT = "8GB";

export interface Checked {
  /** The fastest peer whose rows are ours. */
  readonly peer: string;
}

/** Seconds of the query, and with loading the labels; the process's peak memory in bytes. */
export interface Measured {
  readonly query: number;
  readonly whole: number;
  readonly peak: number;
}
