import type { PushAnswer } from "@lockstep/online";
import type { Reply } from "../pipeline.js";

export const answersReply = (answers: readonly PushAnswer[]): Reply => ({
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: `${JSON.stringify({ answers })}\n`,
});
