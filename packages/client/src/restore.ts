import type { Status } from "@lockstep/core";
import { callError, type GraphqlReply, type ServerError } from "./ask.js";
import type { Column } from "./catalog.js";
import { LockstepClientError, type RowError } from "./error.js";
import { parseInstant } from "./instant.js";
import type { Query } from "./query.js";
import { decode } from "./values.js";

export interface RestoredRow {
  readonly values: Readonly<Record<string, unknown>>;
  /** Empty where statuses were not asked for; null for a cell that failed. */
  readonly statuses: Readonly<Record<string, Status | null>>;
}

export interface Restored {
  readonly t: bigint;
  readonly watermark: bigint | null;
  readonly rows: readonly RestoredRow[];
  readonly errors: readonly RowError[];
}

interface WireMember {
  readonly [feature: string]: unknown;
  readonly _statuses?: { readonly [feature: string]: Status | null };
}
interface WireResult {
  readonly t: string;
  readonly watermark: string | null;
  readonly rows: readonly { readonly [member: string]: WireMember }[];
}

/** A reply for so many rows, as values by column name. Throws where the call as a whole failed. */
export function restore({ service, columns }: Query, count: number, reply: GraphqlReply): Restored {
  const found = (reply.errors ?? []).map((error) => rowError(columns, error));
  const whole = reply.errors?.[found.indexOf(null)];
  if (whole) throw callError(whole);
  const answered = reply.data?.[service] as WireResult | null | undefined;
  const result = restored("rows", answered?.rows?.length === count ? answered : undefined);
  return {
    t: restored("t", parseInstant(result.t)),
    watermark: result.watermark === null ? null : restored("watermark", parseInstant(result.watermark)),
    rows: result.rows.map((row) => ({
      values: byColumn(columns, (c) => restored(c.column, decode(c.type, row[c.member]?.[c.feature]))),
      statuses: byColumn(
        columns.filter((c) => row[c.member]?._statuses),
        (c) => row[c.member]?._statuses?.[c.feature] ?? null,
      ),
    })),
    errors: unique(found.filter((e) => e !== null)),
  };
}

/** An error below a row's feature, or its status, concerns that cell only; any other the call. */
function rowError(columns: readonly Column[], { path, message, extensions }: ServerError): RowError | null {
  const [, rows, row, member, ...rest] = path ?? [];
  const feature = rest[0] === "_statuses" ? rest[1] : rest[0];
  const column = columns.find((c) => c.member === member && c.feature === feature);
  if (rows !== "rows" || typeof row !== "number" || !column) return null;
  return { row, column: column.column, code: String(extensions?.["code"] ?? "UNKNOWN"), message };
}

/** A cell that failed says so for its value and for its status. */
const unique = (errors: readonly RowError[]): RowError[] => [
  ...new Map(errors.map((e) => [`${e.row} ${e.column}`, e])).values(),
];

const byColumn = <T>(columns: readonly Column[], value: (column: Column) => T): Record<string, T> =>
  Object.fromEntries(columns.map((c) => [c.column, value(c)]));

function restored<T>(place: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw new LockstepClientError({
    code: "ANSWER_INVALID",
    place,
    message: `the value of '${place}' has not the form that the catalog says`,
    mend: "the server and what lies between must be of one version",
  });
}
