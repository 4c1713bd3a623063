import { formatInstant, type Instant } from "@lockstep/core";
import type { ServingLogState } from "@lockstep/online";
import type { Plugin } from "graphql-yoga";
import { may } from "./auth/grant.js";
import type { States } from "./requests/states.js";

interface Part {
  readonly ok: boolean;
  /** What is wrong with it, in a sentence. */
  readonly error?: string;
}

/** What a server depends on, as its operator sees it. */
export interface Health {
  readonly registry: Part & { readonly version: number | null };
  readonly store: Part & { readonly kind: string; readonly warnings?: readonly string[] };
  readonly views: readonly ViewHealth[];
  /** Answers kept and dropped since the server started. */
  readonly servingLog?: ServingLogState;
  /** How many processes answer, where there are several. */
  readonly workers?: { readonly listening: number; readonly of: number };
}

export interface ViewHealth {
  readonly view: string;
  /** Up to when it has been materialized; null: never, and reads of it fail. */
  readonly watermark: Instant | null;
  /** False where the watermark is older than the view's freshness. */
  readonly fresh?: boolean;
  /** How far the watermark is behind the clock, in seconds. */
  readonly staleness?: number | null;
  /** What the view declares, in seconds. */
  readonly freshness?: number;
}

/** Ready means that requests can be answered. A view that isn't materialized yet fails its own reads only. */
export const isReady = (health: Health): boolean => health.registry.ok && health.store.ok;

/**
 * `/healthz`: the process lives. `/readyz`: it can answer; and what it knows of what it stands on, for those who may know.
 */
export function useHealth(health: () => Promise<Health>, states: States, timeoutMs = 5_000): Plugin {
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== "/healthz" && url.pathname !== "/readyz") return;
      const state = states.get(request);
      if (state) state.operation = "health";
      const reply = (status: number, body: object) =>
        endResponse(
          new fetchAPI.Response(`${JSON.stringify(body)}\n`, {
            status,
            headers: { "content-type": "application/json", "cache-control": "no-store" },
          }),
        );
      if (url.pathname === "/healthz") return reply(200, { live: true });
      const found = await within(timeoutMs, health).catch((error: unknown) => ({ error: String(error) }));
      const ready = !("error" in found) && isReady(found);
      const told = state && may(state.caller.grant, "operate") ? ("error" in found ? found : readable(found)) : {};
      reply(ready ? 200 : 503, { ready, ...told });
    },
  };
}

const readable = (health: Health) => ({
  ...health,
  views: health.views.map((v) => ({ ...v, watermark: v.watermark === null ? null : formatInstant(v.watermark) })),
});

async function within<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([work(), late]).finally(() => clearTimeout(timer));
}
