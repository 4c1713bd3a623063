/** One row's failure in one column. */
export interface RowError {
  readonly row: number;
  readonly column: string;
  readonly code: string;
  readonly message: string;
}

interface Details {
  readonly code: string;
  readonly message: string;
  readonly mend?: string | undefined;
  readonly place?: string | undefined;
  /** What the server's log knows the request by. */
  readonly requestId?: string | undefined;
  readonly rows?: readonly RowError[];
  readonly cause?: unknown;
}

/** The only error that the client throws. Its code is the server's, or one of the client's own. */
export class LockstepClientError extends Error {
  override readonly name = "LockstepClientError";
  /** Stable, upper-case, for machines: `BEFORE_WATERMARK`, `TIMEOUT`. */
  readonly code: string;
  readonly mend: string | undefined;
  readonly place: string | undefined;
  readonly requestId: string | undefined;
  /** The cells that failed, where others did not. */
  readonly rows: readonly RowError[];

  constructor({ code, message, mend, place, requestId, rows = [], cause }: Details) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.mend = mend;
    this.place = place;
    this.requestId = requestId;
    this.rows = rows;
  }
}
