import type { EverythingRequest, ThingsRow } from "../../packages/client/test/generated/services.js";
import { HARD_VALUES } from "../../server/test/hard-values.js";

const [first = {}, second = {}] = HARD_VALUES;
const rowOf = (row: (typeof HARD_VALUES)[number], id: bigint) =>
  ({
    ...row,
    id,
    region: "x",
    a_vector: Float32Array.from(row["a_vector"] as readonly number[]),
  }) as unknown as EverythingRequest;

/** Rows of the service of every type: what their features are, and what their request fields ask with. */
export const ROWS = [
  rowOf(first, 9223372036854775807n),
  // An instant and a day that the engine has as well.
  rowOf({ ...second, a_timestamp: 253402300799999999n, a_date: "9999-12-31" }, -9007199254740993n),
] as const;

/** When the rows happened that were materialized; those that are pushed come after. */
export const T = 983448000000009n;

/** What the second row's features are, to push. */
export const PUSHED: ThingsRow = { ...ROWS[1], at: T + 1n };

export const NOBODY: EverythingRequest = { ...ROWS[0], id: 1n };

/** A value as JSON that tells apart what JSON does not. */
export function shown(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof Uint8Array || value instanceof Float32Array)
    return { [value.constructor.name]: Array.from(value, shown) };
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shown(part)]));
}
