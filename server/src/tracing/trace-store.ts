import type { OnlineStore } from "@lockstep/online";
import { context, SpanKind, type Tracer } from "@opentelemetry/api";
import { overriding } from "../overriding.js";
import { spanned } from "./request-trace.js";

/** Makes a span of each read, within what asks for it. */
export function traceStore<S extends OnlineStore>(store: S, tracer: Tracer): S {
  const system = store.kind.startsWith("redis") ? "redis" : store.kind;
  const read: OnlineStore["read"] = (keys, generations) => {
    const attributes = {
      "db.system.name": system,
      "db.operation.name": "read",
      "db.operation.batch.size": keys.length,
    };
    const around = context.active();
    const span = tracer.startSpan(`read ${system}`, { kind: SpanKind.CLIENT, attributes }, around);
    return spanned(span, around, () => store.read(keys, generations));
  };
  return overriding(store, { read });
}
