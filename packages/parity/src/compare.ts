import type { Column, Status, Value } from "@lockstep/core";
import type { FrameChunk } from "@lockstep/offline";
import type { OfflineFrame } from "./offline-frame.js";
import type { OnlineAnswers, OnlineColumn } from "./online-answers.js";
import type { Subject, SubjectColumn } from "./subject.js";
import { agree, companionName, isTelling, tolerance } from "./tolerance.js";

/** A value, its status, and why there is none. */
export interface Found {
  readonly value: Value;
  readonly status: Status;
  readonly error?: string;
}

/** One value on which the two sides disagree. */
export interface Disagreement {
  readonly column: number;
  /** Of the batch. */
  readonly row: number;
  readonly offline: Found;
  readonly online: Found;
  /** How far numbers may be apart. */
  readonly allowed: number;
}

export interface Compared {
  /** For each column, how many agree, and how many of those are PRESENT and not zero. */
  readonly equal: readonly number[];
  readonly telling: readonly number[];
  readonly disagreements: readonly Disagreement[];
}

/** Compares column by column; only what differs becomes an object. */
export async function compare(
  subject: Subject,
  { frame, failed }: OfflineFrame,
  online: OnlineAnswers,
): Promise<Compared> {
  const equal = subject.columns.map(() => 0);
  const telling = subject.columns.map(() => 0);
  const disagreements: Disagreement[] = [];
  let from = 0;
  for await (const chunk of frame.chunks()) {
    subject.columns.forEach((column, c) => {
      const offline = offlineColumn(chunk, column, from, failed);
      const theirs = online.columns[c] as OnlineColumn;
      for (let row = 0; row < chunk.rows; row++) {
        const at = from + row;
        const a = offline.value(row);
        const b = theirs.values[at] as Value;
        const same =
          (Object.is(a, b) || agree(a, b, offline.allowed(row, a, b))) &&
          theirs.statuses[at] === offline.status(row, a) &&
          theirs.errors.has(at) === offline.fails(row);
        if (same) {
          equal[c] = (equal[c] as number) + 1;
          if (isTelling(a)) telling[c] = (telling[c] as number) + 1;
          continue;
        }
        disagreements.push({
          column: c,
          row: at,
          offline: {
            value: a,
            status: offline.status(row, a),
            ...(offline.fails(row) ? { error: "ON_DEMAND_FAILED" } : {}),
          },
          online: foundOnline(theirs, at),
          allowed: offline.allowed(row, a, b),
        });
      }
    });
    from += chunk.rows;
  }
  return { equal, telling, disagreements };
}

export function foundOnline({ values, statuses, errors }: OnlineColumn, row: number): Found {
  const error = errors.get(row);
  return {
    value: values[row] as Value,
    status: statuses[row] as Status,
    ...(error ? { error: error.code } : {}),
  };
}

/** What an on-demand feature makes of an inexact one may be off by about as much. */
const DERIVED = 1e-9;

export function offlineColumn(chunk: FrameChunk, column: SubjectColumn, from: number, failed: OfflineFrame["failed"]) {
  const values = chunk.column(column.name) as Column;
  const companion = column.companion === null ? null : chunk.column(companionName(column.name));
  const statuses = column.of?.kind === "row" ? chunk.column(`${column.name}__status`) : null;
  const rows = failed.get(column.view);
  return {
    value: (row: number) => values.get(row),
    // Text is read only where it decides something: a row feature that has a value is PRESENT.
    status: (row: number, value: Value): Status =>
      value !== null ? "PRESENT" : ((statuses?.get(row) ?? "NULL") as Status),
    fails: (row: number) => column.of === null && rows !== undefined && rows.has(from + row),
    allowed: (row: number, a: Value, b: Value): number => {
      if (column.of?.kind === "window" && companion) return tolerance(column.of, companion.get(row));
      return column.derived ? DERIVED * Math.max(Math.abs(Number(a)), Math.abs(Number(b))) || 0 : 0;
    },
  };
}
