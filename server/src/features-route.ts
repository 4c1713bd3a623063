import type { Answer } from "@lockstep/online";
import { failedReply } from "./failed-reply.js";
import { featuresAnswer } from "./features-answer.js";
import { type FeaturesRequest, featuresRequest } from "./features-request.js";
import type { Logger } from "./logs/logger.js";
import type { Reply, Route, Settled } from "./pipeline.js";

export interface FeaturesRouteOptions {
  readonly maxBodyBytes: number;
  readonly maxEntities: number;
  readonly log: Logger;
}

/** Features without GraphQL: JSON in, JSON or Arrow out. */
export function featuresRoute({ maxBodyBytes, maxEntities, log }: FeaturesRouteOptions): Route {
  return {
    path: "/features",
    maxBodyBytes,
    parse: ({ body }) => {
      const request = featuresRequest(body, maxEntities);
      return { asks: [request.ask], print: ([settled]) => print(answered(settled), request) };
    },
    fail: (error, incoming) => failedReply(error, incoming, log),
  };
}

/** Throws what the read failed with. */
export function answered(settled: Settled | undefined): Answer {
  if (settled && "answer" in settled) return settled.answer;
  throw settled?.error;
}

const print = (answer: Answer, request: FeaturesRequest): Reply => ({
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: featuresAnswer(answer, request.form, request),
});
