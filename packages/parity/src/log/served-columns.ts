import type { OnlineColumn } from "../online-answers.js";
import type { Subject } from "../subject.js";
import type { ServedRow } from "./served-row.js";

/** What was served, as the answers that an online store gives. */
export function onlineColumns({ columns }: Subject, rows: readonly ServedRow[]): OnlineColumn[] {
  return columns.map(({ name }) => {
    const out: OnlineColumn = { values: [], statuses: [], errors: new Map() };
    rows.forEach(({ answer, row }, i) => {
      const place = answer.shape.columns.findIndex((c) => c.name === name);
      const column = answer.columns[place];
      out.values.push(column?.values[row] ?? null);
      out.statuses.push(column?.statuses[row] ?? "NULL");
      const error = answer.errors.find((e) => e.row === row && e.column === place);
      if (error) out.errors.set(i, { row, column: name, code: error.code, message: error.code });
    });
    return out;
  });
}
