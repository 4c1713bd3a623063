/** What a process that made a frame tells as its last line. */
export interface Made {
  /** From the imports to the frame as an Arrow table. */
  readonly seconds: number;
  /** The process's peak memory by then, in bytes. */
  readonly peak: number;
  readonly rows: number;
}
