import { type FileHandle, open } from "node:fs/promises";
import { arrowRows } from "@lockstep/arrow";
import type { Pusher, Rejection } from "@lockstep/online";
import { jsonText } from "./json-text.js";
import { ndjsonRows } from "./ndjson-rows.js";

export interface PushInput {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly format: "ndjson" | "arrow";
  /** Where rows go that are refused, each with the reason, as NDJSON. It is made when the first one comes. */
  readonly deadLetter: string;
  readonly onProgress?: (progress: PushProgress) => void;
}

export interface PushProgress {
  readonly rows: number;
  readonly rowsPerSecond: number;
}

export interface PushReport {
  readonly rows: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly late: number;
  readonly rejected: number;
  /** The file that the refused rows are in; null where none were. */
  readonly deadLetter: string | null;
  /** The first of them. */
  readonly rejections: readonly (Rejection & { readonly row: number })[];
  readonly seconds: number;
}

/** A row of an input by its number, from 1 on: what it is, or why it is none. */
export type InputRow = { readonly number: number } & (
  | { readonly row: unknown }
  | { readonly text: string; readonly reason: string }
);

const BATCH = 1_000;
const SHOWN = 20;

/** Pushes what comes in, some rows at a time, and sets aside what is refused. */
export async function pushInput(pusher: Pusher, source: string, input: PushInput): Promise<PushReport> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const counts = { ACCEPTED: 0, DUPLICATE: 0, LATE: 0, REJECTED: 0 };
  const rejections: (Rejection & { row: number })[] = [];
  let rows = 0;
  let file: FileHandle | null = null;
  const setAside = async (bad: readonly { given: InputRow; why: Rejection }[]) => {
    if (bad.length === 0) return;
    file ??= await open(input.deadLetter, "a");
    const lines = bad.map(({ given, why }) => `${jsonText({ ...given, ...why })}\n`);
    await file.appendFile(lines.join(""));
    rejections.push(
      ...bad.slice(0, SHOWN - rejections.length).map(({ given, why }) => ({ row: given.number, ...why })),
    );
  };
  const send = async (batch: readonly InputRow[]) => {
    const given = batch.filter((one) => "row" in one);
    const answers = await pusher.push(
      source,
      given.map(({ row }) => row),
    );
    const bad: { given: InputRow; why: Rejection }[] = batch.flatMap((one) =>
      "row" in one ? [] : [{ given: one, why: { code: "ROW_INVALID", reason: one.reason } }],
    );
    counts.REJECTED += bad.length;
    for (const [i, answer] of answers.entries()) {
      counts[answer.status]++;
      const one = given[i];
      if (one && answer.status === "REJECTED")
        bad.push({ given: one, why: { code: answer.code, reason: answer.reason } });
    }
    await setAside(bad.sort((a, b) => a.given.number - b.given.number));
    rows += batch.length;
    input.onProgress?.({ rows, rowsPerSecond: rows / Math.max(seconds(), 1e-9) });
  };
  try {
    let batch: InputRow[] = [];
    for await (const row of rowsOf(input)) {
      batch.push(row);
      if (batch.length < BATCH) continue;
      await send(batch);
      batch = [];
    }
    if (batch.length > 0) await send(batch);
  } finally {
    await (file as FileHandle | null)?.close();
  }
  return {
    rows,
    accepted: counts.ACCEPTED,
    duplicate: counts.DUPLICATE,
    late: counts.LATE,
    rejected: counts.REJECTED,
    deadLetter: counts.REJECTED > 0 ? input.deadLetter : null,
    rejections,
    seconds: seconds(),
  };
}

async function* rowsOf({ bytes, format }: PushInput): AsyncGenerator<InputRow> {
  if (format === "ndjson") {
    yield* ndjsonRows(bytes);
    return;
  }
  let number = 0;
  for await (const row of arrowRows(bytes)) yield { number: ++number, row };
}
