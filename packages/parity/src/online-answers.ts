import { type Instant, isLockstepError, type Status, type Value } from "@lockstep/core";
import { type AnswerError, createReader, type FeatureReader, type Serving } from "@lockstep/online";
import { decodeOnce, type MemoryStates } from "./memory-states.js";
import type { Question } from "./questions.js";
import type { Subject } from "./subject.js";

/** A column of the online side's answers, a value a row. */
export interface OnlineColumn {
  readonly values: Value[];
  readonly statuses: Status[];
  readonly errors: Map<number, AnswerError>;
}

export interface OnlineAnswers {
  /** Those that were answered; the others' states are of a run under way. */
  readonly questions: readonly Question[];
  readonly columns: readonly OnlineColumn[];
  readonly rows: number;
  readonly skipped: number;
}

/** What the reader answers from a store. */
export async function answersFrom(
  { serving, now }: { readonly serving: Serving; readonly now: Instant },
  subject: Subject,
  store: MemoryStates,
  questions: readonly Question[],
): Promise<OnlineAnswers> {
  const pushes = store.rows.size > 0;
  const reader = createReader({ store, serving: () => serving, now: () => now, decode: decodeOnce(), pushes });
  return onlineAnswers(reader, subject, questions);
}

/** Asks the reader that a server asks, a request for each instant. */
async function onlineAnswers(
  reader: FeatureReader,
  { service, columns }: Subject,
  questions: readonly Question[],
): Promise<OnlineAnswers> {
  const out = columns.map((): OnlineColumn => ({ values: [], statuses: [], errors: new Map() }));
  const answered: Question[] = [];
  let [rows, skipped] = [0, 0];
  for (const question of questions) {
    const records = question.rows.map((row) =>
      Object.fromEntries(service.inputs.map((input, i) => [input.name, row[i]])),
    );
    const answer = await reader.read(service.name, records, { at: question.at }).catch((error: unknown) => {
      if (isLockstepError(error) && error.code === "BEFORE_WATERMARK") return null;
      throw error;
    });
    if (answer === null) {
      skipped += question.rows.length;
      continue;
    }
    answer.columns.forEach((column, c) => {
      const own = out[c] as OnlineColumn;
      for (let row = 0; row < answer.rows; row++) {
        own.values.push(column.values[row] as Value);
        own.statuses.push(column.statuses[row] as Status);
      }
    });
    for (const error of answer.errors) {
      out[columns.findIndex((c) => c.name === error.column)]?.errors.set(rows + error.row, error);
    }
    answered.push(question);
    rows += answer.rows;
  }
  return { questions: answered, columns: out, rows, skipped };
}
