import type { Column, TypeIR, Value } from "@lockstep/core";

/** Values in memory as a column. */
export const valueColumn = (type: TypeIR, values: readonly Value[]): Column => ({
  type,
  valid: (row) => values[row] !== null,
  get: (row) => values[row] ?? null,
});
