import { LockstepError } from "@lockstep/core";
import { z } from "zod";
import { failedReply } from "../failed-reply.js";
import { checkedJson, parsedJson, rowsOf } from "../features-request.js";
import { isJson } from "../json-body.js";
import type { Logger } from "../logs/logger.js";
import type { Route } from "../pipeline.js";
import { answersReply } from "./answers-reply.js";
import { feastPush, isFeastPush } from "./feast-push.js";

export interface PushRouteOptions {
  readonly maxBodyBytes: number;
  readonly log: Logger;
}

// The rows themselves are the pusher's to judge: it answers for each of them.
const schema = z.strictObject({
  source: z.string(),
  rows: z.union([z.array(z.unknown()), z.record(z.string(), z.array(z.unknown()))]),
});

/** Rows without GraphQL: JSON in, in our own form or in Feast's, an answer for each row out. */
export const pushRoute = ({ maxBodyBytes, log }: PushRouteOptions): Route => ({
  path: "/push",
  maxBodyBytes,
  parse: ({ body, header }) => {
    if (!isJson(header("content-type"))) throw NO_JSON;
    const json = parsedJson(body);
    if (isFeastPush(json)) return feastPush(json);
    const { source, rows } = checkedJson(schema, json);
    return {
      source,
      rows: rowsOf(rows, "rows"),
      printAnswers: answersReply,
    };
  },
  fail: (error, incoming) => failedReply(error, incoming, log),
});

export const NO_JSON = new LockstepError({
  code: "CONTENT_TYPE",
  place: "content-type",
  what: "rows are pushed as JSON only, which no web page of another origin can send unasked",
  mend: "send `content-type: application/json`",
});
