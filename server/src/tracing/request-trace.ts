import {
  type Attributes,
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { HeaderOf } from "../auth/authenticate.js";

/** What a request goes through. */
export type Step = "parse" | "read" | "on-demand" | "push" | "print" | "graphql";

/** The span of a request, and those of its steps within. */
export interface RequestTrace {
  /** The work's result, whose time is a span of its own. What the work traces itself lies within. */
  step<T>(name: Step, work: () => T): T;
  end(status: number, attributes: Attributes): void;
}

/** Without a trace the work is done and nothing else. */
export const step = <T>(of: RequestTrace | null, name: Step, work: () => T): T => (of ? of.step(name, work) : work());

const REQUEST = createContextKey("lockstep request");

const getter: TextMapGetter<HeaderOf> = {
  keys: () => ["traceparent", "tracestate"],
  get: (header, name) => header(name) ?? undefined,
};

/** Begins a request's span, within its caller's where the request has a `traceparent`. */
export function requestTrace(
  tracer: Tracer,
  method: string,
  path: string,
  route: string | null,
  header: HeaderOf,
): RequestTrace {
  const options = {
    kind: SpanKind.SERVER,
    attributes: {
      "http.request.method": method,
      "url.path": path,
      ...(route === null ? {} : { "http.route": route }),
    },
  };
  const parent = trace.getSpan(context.active()) ? context.active() : propagation.extract(ROOT_CONTEXT, header, getter);
  const span = tracer.startSpan(route === null ? method : `${method} ${route}`, options, parent);
  const within = trace.setSpan(parent, span).setValue(REQUEST, span);
  return {
    step: (name, work) => {
      // A step may lie within another of the same request.
      const around = context.active().getValue(REQUEST) === span ? context.active() : within;
      return spanned(tracer.startSpan(name, {}, around), around, work);
    },
    end: (status, attributes) => {
      span.setAttributes({ ...attributes, "http.response.status_code": status });
      if (status >= 500) {
        span.setAttribute("error.type", String(status));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

/** Does the work within the span, and ends the span with it. */
export function spanned<T>(span: Span, around: ReturnType<typeof context.active>, work: () => T): T {
  const failed = (error: unknown): never => {
    span.setAttribute("error.type", String((error as { code?: unknown } | null)?.code ?? "_OTHER"));
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    throw error;
  };
  let result: T;
  try {
    result = context.with(trace.setSpan(around, span), work);
  } catch (error) {
    return failed(error);
  }
  if (result instanceof Promise) {
    return result.then((value) => {
      span.end();
      return value;
    }, failed) as T;
  }
  span.end();
  return result;
}
