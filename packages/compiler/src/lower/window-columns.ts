import { emptyValue, toWire, type WindowFeatureIR } from "@lockstep/core";
import type { Dialect } from "../dialects/dialect.js";
import { keysOf, type Member, type Piece } from "./member.js";

/** A windowed feature's column where its relation may have no row for what was asked: no rows, no events. */
export function windowColumn(dialect: Dialect, feature: WindowFeatureIR, sql: string): Piece["columns"][number] {
  const empty = emptyValue(feature);
  const emitted = dialect.emit(feature.type, sql);
  const value =
    empty === null
      ? emitted
      : `coalesce(${emitted}, ${dialect.literal(feature.type, literalText(toWire(feature.type, empty)))})`;
  return { feature: feature.name, value, status: `CASE WHEN ${value} IS NULL THEN 'NULL' ELSE 'PRESENT' END` };
}

const literalText = (wire: unknown) => (typeof wire === "string" ? wire : JSON.stringify(wire));

/** SQL for the text that names a feature and a key in an error. */
export function overflowPlace({ dialect, view }: Member, feature: WindowFeatureIR, row: string): string {
  const keys = keysOf(view).map((k) => `' ' || ${row}.${k}::VARCHAR`);
  return [dialect.text(`${view.name}.${feature.name} for key`), ...keys].join(" || ");
}
