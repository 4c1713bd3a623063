export interface HttpStatus {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Row extends HttpStatus {
  /** In a GraphQL answer it says something of one field, and others may be good: no status of the whole. */
  readonly ofOneField?: true;
}

const SOON = { "retry-after": "1" };
const UNAVAILABLE: Row = { status: 503, headers: SOON };

/** What errors say to callers, and to what stands between, beside their text. */
const rows: Readonly<Record<string, Row>> = {
  ONLINE_UNAVAILABLE: UNAVAILABLE,
  STORE_BUSY: UNAVAILABLE,
  STORE_TIMEOUT: UNAVAILABLE,
  STORE_UNAVAILABLE: UNAVAILABLE,
  AUTH_UNAVAILABLE: UNAVAILABLE,
  NOT_MATERIALIZED: { status: 503, ofOneField: true },
  STORE_ROLLED_BACK: { status: 503, ofOneField: true },
  NOT_APPLIED: { status: 503, ofOneField: true },
  LIMIT_TIME: { status: 504 },
  BODY_TOO_LARGE: { status: 413 },
  BATCH_TOO_LARGE: { status: 413 },
  CONTENT_TYPE: { status: 415 },
  METHOD_NOT_ALLOWED: { status: 405 },
  UNAUTHENTICATED: { status: 401, headers: { "www-authenticate": "Bearer" } },
  FORBIDDEN: { status: 403 },
  PERSISTED_ONLY: { status: 403 },
  PERSISTED_UNKNOWN: { status: 400 },
  SERVICE_UNKNOWN: { status: 404, ofOneField: true },
  FEATURE_UNKNOWN: { status: 404, ofOneField: true },
  SOURCE_UNKNOWN: { status: 404, ofOneField: true },
  INTERNAL: { status: 500, ofOneField: true },
};

/** Of an answer that is this error and nothing else. What isn't foreseen here is the caller's doing. */
export const httpOf = (code: string): HttpStatus => rows[code] ?? { status: 400 };

/** Of a GraphQL answer with this error; undefined: 200, if nothing else in it says otherwise. */
export function graphqlHttpOf(code: string): HttpStatus | undefined {
  const row = rows[code];
  return row === undefined || row.ofOneField ? undefined : row;
}
