import type { Value } from "@lockstep/core";
import { type Found, offlineColumn } from "./compare.js";
import type { Marks, ParityContext } from "./context.js";
import { offlineFrame } from "./offline-frame.js";
import type { InputRow } from "./pool.js";
import type { Subject } from "./subject.js";

export interface Asked {
  readonly at: bigint;
  readonly input: InputRow;
}

/** A recomputed value, and how far numbers may be from it. */
export interface Recomputed extends Found {
  readonly allowed: number;
}

/** For each column of the subject, a value a row. */
export type Recomputation = readonly (readonly Recomputed[])[];

/** The training query's answers for these rows, from what was known by each view's T; null: by each row's instant. */
export async function recompute(
  context: Pick<ParityContext, "db" | "sources" | "computations">,
  subject: Subject,
  rows: readonly Asked[],
  marks: Marks | null,
): Promise<Recomputation> {
  const questions = rows.map(({ at, input }) => ({ at, occasion: "served" as const, rows: [input] }));
  const { frame, failed } = await offlineFrame(context, subject.widened, questions, marks);
  try {
    const out = subject.columns.map((): Recomputed[] => []);
    let from = 0;
    for await (const chunk of frame.chunks()) {
      subject.columns.forEach((column, c) => {
        const offline = offlineColumn(chunk, column, from, failed);
        for (let row = 0; row < chunk.rows; row++) {
          const value: Value = offline.value(row);
          out[c]?.push({
            value,
            status: offline.status(row, value),
            allowed: offline.allowed(row, value, value),
            ...(offline.fails(row) ? { error: "ON_DEMAND_FAILED" } : {}),
          });
        }
      });
      from += chunk.rows;
    }
    return out;
  } finally {
    await frame.close();
  }
}
