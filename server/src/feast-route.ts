import { failedReply } from "./failed-reply.js";
import { feastAnswer } from "./feast-answer.js";
import { feastRequest } from "./feast-request.js";
import { answered, type FeaturesRouteOptions } from "./features-route.js";
import type { Route } from "./pipeline.js";
import type { ServiceShape } from "./service-shape.js";

export interface FeastRouteOptions extends FeaturesRouteOptions {
  readonly services: () => Promise<readonly ServiceShape[]>;
}

/** For clients of Feast's feature server, and Feast's SDK with its `remote` online store. */
export function feastRoute({ services, maxBodyBytes, maxEntities, log }: FeastRouteOptions): Route {
  return {
    path: "/get-online-features",
    maxBodyBytes,
    parse: async ({ body }) => {
      const request = feastRequest(body, await services(), maxEntities);
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
