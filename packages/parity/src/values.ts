import type { TypeIR, Value } from "@lockstep/core";

/** A key's part that nobody has, most likely: both sides are asked, so it need not be so. */
export function neverSeen(type: TypeIR, like: Value): Value {
  switch (type.kind) {
    case "string":
    case "json":
      return `${String(like)}\u0001never seen`;
    case "int32":
      return -2_147_483_647;
    case "int64":
      return -9_223_372_036_854_775_807n;
    case "timestamp":
      return -8_000_000_000_000_000n;
    case "date":
      return "1234-05-06";
    case "bytes":
      return Uint8Array.of(0, 255, 0, 254);
    default:
      return like;
  }
}

/** Something for a request field, now and then null. */
export function requestValue(type: TypeIR, at: bigint, random: () => number): Value {
  if (random() < 0.1) return null;
  const n = Math.floor((random() - 0.3) * 1_000);
  switch (type.kind) {
    case "bool":
      return n > 0;
    case "int32":
      return n;
    case "int64":
      return BigInt(n);
    case "float32":
      return Math.fround(n / 7);
    case "float64":
      return n / 7;
    case "timestamp":
      return at + BigInt(n) * 3_600_000_000n;
    case "date":
      return new Date(Number(at / 1000n) + n * 86_400_000).toISOString().slice(0, 10);
    case "string":
      return ["", "a", "ORD", "ß\u{1F600}"][Math.abs(n) % 4] ?? "";
    case "decimal":
      return (n / 10 ** Math.max(0, type.scale)).toFixed(type.scale);
    case "json":
      return `{"n":${n}}`;
    case "bytes":
      return Uint8Array.of(n & 255);
    default:
      return null;
  }
}
