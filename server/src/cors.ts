import type { Reply } from "./pipeline.js";

/** Which web pages may ask, as browsers have it enforced. */
export interface CorsSettings {
  /** Such as `https://app.example`; `*`: all, without credentials of the browser's own. */
  readonly origins: readonly string[];
  /** Whether browsers may send cookies and client certificates along. */
  readonly credentials?: boolean | undefined;
}

type HeaderOf = (name: string) => string | null | undefined;

export interface Cors {
  /** What an answer to a page says, whatever the answer is. */
  headers(header: HeaderOf): Readonly<Record<string, string>>;
  /** The answer to a browser that asks whether it may ask. It brings no credentials. Null: it is no such question. */
  preflight(method: string, header: HeaderOf): Reply | null;
}

const EXPOSED = "x-request-id, retry-after";
const PREFLIGHT = {
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers": "authorization, content-type, x-api-key, x-request-id, traceparent, tracestate",
  "access-control-max-age": "600",
};

export function createCors({ origins, credentials = false }: CorsSettings): Cors {
  // A page of just any origin that asks in the name of who looks at it is what browsers refuse, too.
  const all = origins.includes("*") && !credentials;
  const known = new Set(origins);
  const allowed = (origin: string): Record<string, string> => {
    if (all) return { "access-control-allow-origin": "*" };
    if (!known.has(origin)) return {};
    return {
      "access-control-allow-origin": origin,
      ...(credentials ? { "access-control-allow-credentials": "true" } : {}),
    };
  };
  const vary = all ? {} : { vary: "origin" };
  return {
    headers: (header) => {
      const origin = header("origin");
      const permitted = origin ? allowed(origin) : {};
      const exposed = "access-control-allow-origin" in permitted ? { "access-control-expose-headers": EXPOSED } : {};
      return { ...permitted, ...exposed, ...vary };
    },
    preflight: (method, header) => {
      const origin = header("origin");
      if (method !== "OPTIONS" || !origin || !header("access-control-request-method")) return null;
      const permitted = allowed(origin);
      const told = "access-control-allow-origin" in permitted ? PREFLIGHT : {};
      return { status: 204, headers: { ...permitted, ...told, ...vary }, body: "" };
    },
  };
}
