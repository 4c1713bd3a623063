import type { Answer } from "@lockstep/online";
import { arrowAnswer } from "./arrow-answer.js";
import { failedReply } from "./failed-reply.js";
import { featuresAnswer } from "./features-answer.js";
import { type FeaturesRequest, featuresRequest } from "./features-request.js";
import { requireJson } from "./json-body.js";
import type { Logger } from "./logs/logger.js";
import type { Reply, Route, Settled } from "./pipeline.js";
import { requireRead } from "./requests/request-reader.js";

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
    parse: (incoming) => {
      requireRead(incoming.state);
      requireJson(incoming);
      const { body, header } = incoming;
      const request = featuresRequest(body, maxEntities);
      const print = (header("accept") ?? "").includes(ARROW) ? arrow : json;
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

const ARROW = "application/vnd.apache.arrow.stream";

const json = (answer: Answer, request: FeaturesRequest): Reply => ({
  status: 200,
  headers: { "content-type": "application/json; charset=utf-8", vary: "accept" },
  body: featuresAnswer(answer, request.form, request),
});

const arrow = (answer: Answer, request: FeaturesRequest): Reply => ({
  status: 200,
  headers: { "content-type": ARROW, vary: "accept" },
  body: arrowAnswer(answer, request),
});
