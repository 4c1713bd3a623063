import { LockstepError } from "@lockstep/core";
import type { PushAnswer } from "@lockstep/online";
import { z } from "zod";
import { errorReply } from "../error-reply.js";
import { checkedJson, rowsOfColumns } from "../features-request.js";
import type { PushWork, Reply } from "../pipeline.js";
import { answersReply } from "./answers-reply.js";

const schema = z.object({
  push_source_name: z.string(),
  df: z.record(z.string(), z.array(z.unknown())),
  to: z.string().nullish(),
});

export const isFeastPush = (json: unknown): boolean =>
  typeof json === "object" && json !== null && "push_source_name" in json;

/** Feast's PushFeaturesRequest as its Python server takes it: a push source's name is a source's, its `df` has the source's columns. */
export function feastPush(json: unknown): PushWork {
  const { push_source_name: source, df, to } = checkedJson(schema, json);
  if (to !== undefined && to !== null && to !== "online") throw onlineOnly(to);
  return { source, rows: rowsOfColumns(Object.entries(df), "df"), printAnswers: feastReply };
}

/** Feast's server takes all rows or fails, and its clients look at the status only: one row that is refused is a failure. */
function feastReply(answers: readonly PushAnswer[]): Reply {
  const refused = answers.flatMap((answer, row) => (answer.status === "REJECTED" ? [{ row, ...answer }] : []));
  const [first] = refused;
  if (!first) return answersReply(answers);
  const what = `${refused.length} of ${answers.length} rows are refused, the others are pushed; ${first.code}: ${first.reason}`;
  const mend = "push those again once they are right; `answers` has one for each row";
  return errorReply([{ code: "ROWS_REJECTED", place: `df, row ${first.row}`, what, mend }], {}, { answers });
}

const onlineOnly = (to: string): LockstepError => {
  const known = to === "offline" || to === "online_and_offline";
  return new LockstepError({
    code: known ? "PUSH_OFFLINE" : "REQUEST_INVALID",
    place: "to",
    what: known
      ? `'${to}' writes to the offline store, and a push goes to the online store only: offline, a source's rows are those of its files`
      : `${JSON.stringify(to.slice(0, 60))} is not where rows can be pushed`,
    mend: known
      ? 'add the rows to the source\'s files, and push them with "to": "online"'
      : 'say "online", or leave it out',
  });
};
