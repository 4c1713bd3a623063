/** JSON of what a pushed row may hold: integers as text where they are bigint, bytes in base64, named floats. */
export const jsonText = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) => plain(inner));

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value;
}
