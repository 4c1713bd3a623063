import type { OnlineStore } from "@lockstep/online";
import { context, SpanKind, type Tracer } from "@opentelemetry/api";
import { overriding } from "../overriding.js";
import { spanned } from "./request-trace.js";

/** Makes a span of each call that reads, or that appends pushed rows, within what asks for it. */
export function traceStore<S extends OnlineStore>(store: S, tracer: Tracer): S {
  const system = store.kind.startsWith("redis") ? "redis" : store.kind;
  const traced = <T>(operation: "read" | "append", size: number, work: () => T): T => {
    const attributes = {
      "db.system.name": system,
      "db.operation.name": operation,
      "db.operation.batch.size": size,
    };
    const around = context.active();
    const span = tracer.startSpan(`${operation} ${system}`, { kind: SpanKind.CLIENT, attributes }, around);
    return spanned(span, around, work);
  };
  const read: OnlineStore["read"] = (keys, generations) =>
    traced("read", keys.length, () => store.read(keys, generations));
  const append: OnlineStore["append"] = (generation, rows) =>
    traced("append", rows.length, () => store.append(generation, rows));
  return overriding(store, { read, append });
}
