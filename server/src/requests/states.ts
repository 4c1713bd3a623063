import type { Plugin } from "graphql-yoga";
import type { RequestState } from "./request-state.js";

/** The state of each request that Yoga answers. */
export type States = WeakMap<Request, RequestState>;

/** What Yoga is given beside each request. */
export const beside = (state: RequestState): object => ({ state });

export const useRequests = (states: States): Plugin => ({
  onRequest({ request, serverContext }) {
    const { state } = serverContext as { readonly state?: RequestState };
    if (state) states.set(request, state);
  },
});
