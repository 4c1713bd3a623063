import { limitError } from "./limit-error.js";
import type { Limits } from "./limits.js";

/** What is left of a request's limits. All of its reads and pushes spend from one. */
export interface Budget {
  /** Throws where it is too much, before anything is read. */
  spend(rows: number, columns: number): void;
  /** Throws where rows are too many, before any is written. */
  push(rows: number): void;
}

export function budget({ entities, cost, rows: most }: Limits): Budget {
  let rowsAsked = 0;
  let cellsAsked = 0;
  let pushed = 0;
  return {
    spend: (rows, columns) => {
      rowsAsked += rows;
      cellsAsked += rows * columns;
      if (rowsAsked > entities) {
        throw limitError(
          "LIMIT_ENTITIES",
          `it asks for ${rowsAsked} entities, and ${entities} are allowed`,
          "split it into several requests",
        );
      }
      if (cellsAsked > cost) {
        throw limitError(
          "LIMIT_COST",
          `it asks for ${cellsAsked} values (entities times columns), and ${cost} are allowed`,
          "ask for fewer entities at once, or for fewer columns",
        );
      }
    },
    push: (rows) => {
      pushed += rows;
      if (pushed <= most) return;
      const what = `it pushes ${pushed} rows, and ${most} are allowed`;
      throw limitError("LIMIT_ROWS", what, "split it into several requests");
    },
  };
}
