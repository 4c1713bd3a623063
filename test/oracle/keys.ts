import { cell, columnType, type OracleSource, type Row } from "./source.js";
import { compareValues, type Value } from "./values.js";

export function checkKey(source: OracleSource, keys: string[], key: Value[]): void {
  if (keys.length !== key.length) throw new Error(`a key of ${key.length} parts for ${keys.length} columns`);
  for (const name of keys) {
    const { kind } = columnType(source, name);
    // Section 6: float keys are refused.
    if (kind === "float32" || kind === "float64") throw new Error(`float key ${name}`);
  }
}

/** Sections 2 and 6: a null part, in the row or in the key, matches nothing; '1' is not 1. */
export function belongsTo(source: OracleSource, keys: string[], key: Value[], row: Row): boolean {
  return keys.every((name, i) => {
    const wanted = key[i] ?? null;
    const found = cell(row, name);
    if (wanted === null || found === null || typeof wanted !== typeof found) return false;
    return compareValues(columnType(source, name), wanted, found) === 0;
  });
}

export function describeKey(key: Value[]): string {
  return `(${key.map((part) => (typeof part === "string" ? JSON.stringify(part) : String(part))).join(", ")})`;
}
