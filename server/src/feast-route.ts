import { failedReply } from "./failed-reply.js";
import { feastAnswer } from "./feast-answer.js";
import { feastRequest } from "./feast-request.js";
import { answered, type FeaturesRouteOptions } from "./features-route.js";
import { requireJson } from "./json-body.js";
import type { Route } from "./pipeline.js";
import { requireRead } from "./requests/request-reader.js";

/** For clients of Feast's feature server, and Feast's SDK with its `remote` online store. */
export function feastRoute({ maxBodyBytes, maxEntities, log }: FeaturesRouteOptions): Route {
  return {
    path: "/get-online-features",
    maxBodyBytes,
    parse: (incoming) => {
      requireRead(incoming.state);
      requireJson(incoming);
      const { body, version } = incoming;
      const request = feastRequest(body, version.services, maxEntities);
      return {
        asks: [request.ask],
        print: ([settled]) => ({
          status: 200,
          headers: { "content-type": "application/json" },
          body: feastAnswer(answered(settled), request),
        }),
      };
    },
    fail: (error, incoming) => failedReply(error, incoming, log),
  };
}
