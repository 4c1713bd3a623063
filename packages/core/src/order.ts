import { parseDays } from "./instant.js";
import type { TypeIR } from "./ir.js";
import { decimalUnscaled, type Value } from "./wire.js";

/**
 * The order of values: null first; false, true; numbers by value with NaN last and -0 before +0; text by UTF-8
 * bytes; lists element by element.
 */
export function compareValues(type: TypeIR, a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  switch (type.kind) {
    case "float32":
    case "float64":
      return compareFloats(a as number, b as number);
    case "string":
    case "json":
      return compareText(a as string, b as string);
    case "date":
      return (parseDays(a as string) ?? 0) - (parseDays(b as string) ?? 0);
    case "decimal":
      return compare(decimalUnscaled(a as string), decimalUnscaled(b as string));
    case "bytes":
      return compareSequences(a as Uint8Array, b as Uint8Array, (x, y) => x - y);
    case "list":
      return compareSequences(a as readonly Value[], b as readonly Value[], (x, y) =>
        compareValues(type.element, x, y),
      );
    case "vector":
      return compareSequences(a as readonly number[], b as readonly number[], compareFloats);
    case "struct": {
      const [x, y] = [a as Record<string, Value>, b as Record<string, Value>];
      for (const f of type.fields) {
        const order = compareValues(f.type, x[f.name] ?? null, y[f.name] ?? null);
        if (order !== 0) return order;
      }
      return 0;
    }
    default:
      return compare(a as number | bigint | string | boolean, b as number | bigint | string | boolean);
  }
}

const compare = <T extends number | bigint | string | boolean>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function compareFloats(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === 0 && b === 0) return Number(Object.is(b, -0)) - Number(Object.is(a, -0));
  return compare(a, b);
}

// UTF-16 order differs from UTF-8 order only where surrogates meet U+E000..U+FFFF.
function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return codeRank(x) - codeRank(y);
  }
  return a.length - b.length;
}

const codeRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

function compareSequences<T>(a: ArrayLike<T>, b: ArrayLike<T>, by: (x: T, y: T) => number): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = by(a[i] as T, b[i] as T);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
