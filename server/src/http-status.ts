export interface HttpStatus {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const SOON = { "retry-after": "1" };
const UNAVAILABLE: HttpStatus = { status: 503, headers: SOON };

/** Errors that say something of the whole request, to callers and to what stands between. All others come with 200. */
const statuses: Readonly<Record<string, HttpStatus>> = {
  ONLINE_UNAVAILABLE: UNAVAILABLE,
  STORE_BUSY: UNAVAILABLE,
  STORE_TIMEOUT: UNAVAILABLE,
  STORE_UNAVAILABLE: UNAVAILABLE,
  LIMIT_TIME: { status: 504 },
  BODY_TOO_LARGE: { status: 413 },
  CONTENT_TYPE: { status: 415 },
  FORBIDDEN: { status: 403 },
  PERSISTED_ONLY: { status: 403 },
  PERSISTED_UNKNOWN: { status: 400 },
};

export const httpOf = (code: string): HttpStatus | undefined => statuses[code];
