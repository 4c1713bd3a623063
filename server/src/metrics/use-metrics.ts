import type { Plugin } from "graphql-yoga";
import { may } from "../auth/grant.js";
import { errorReply } from "../error-reply.js";
import type { States } from "../requests/states.js";

const NOT_PERMITTED = {
  code: "FORBIDDEN",
  what: "the caller may not read metrics",
  mend: "use credentials that are permitted to operate the server",
};

/** `/metrics`, for those who may operate the server. */
export function useMetrics(text: () => Promise<string>, states: States): Plugin {
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== "/metrics") return;
      const state = states.get(request);
      if (state) state.operation = "metrics";
      if (!state || !may(state.caller.grant, "operate")) {
        const { status, headers, body } = errorReply([NOT_PERMITTED]);
        return endResponse(new fetchAPI.Response(body as string, { status, headers }));
      }
      endResponse(
        new fetchAPI.Response(await text(), {
          headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
        }),
      );
    },
  };
}
