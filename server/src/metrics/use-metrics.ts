import type { Plugin } from "graphql-yoga";
import { may } from "../auth/grant.js";
import type { States } from "../requests/states.js";

/** `/metrics`, for those who may operate the server. */
export function useMetrics(text: () => Promise<string>, states: States): Plugin {
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== "/metrics") return;
      const state = states.get(request);
      if (state) state.operation = "metrics";
      if (!state || !may(state.caller.grant, "operate")) {
        const error = { message: "the caller may not read metrics", extensions: { code: "FORBIDDEN" } };
        endResponse(fetchAPI.Response.json({ errors: [error] }, { status: 403 }));
        return;
      }
      endResponse(
        new fetchAPI.Response(await text(), {
          headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
        }),
      );
    },
  };
}
