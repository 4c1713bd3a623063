import { setTimeout as sleep } from "node:timers/promises";
import { LockstepError } from "@lockstep/core";
import { context, isSpanContextValid, propagation, type Tracer, trace } from "@opentelemetry/api";
import { isTracing, type TracingSettings } from "./settings.js";

export interface Tracing {
  readonly tracer: Tracer;
  /** Exports what is left. */
  close(): Promise<void>;
}

const NAME = "@lockstep/server";
const LAST_EXPORT_MS = 2_000;

/** Null where no traces are wanted: then nothing of OpenTelemetry's SDK is loaded. */
export async function openTracing(settings: TracingSettings | undefined): Promise<Tracing | null> {
  // Somebody else's SDK in this process, such as that of `node --import`, comes first.
  if (isRegistered()) return { tracer: trace.getTracer(NAME), close: async () => {} };
  if (!isTracing(settings, process.env)) return null;
  const { NodeTracerProvider, BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, exporter, resource } =
    await loaded(settings?.endpoint);
  const sample = settings?.sample;
  const provider = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(exporter)],
    ...(sample === undefined
      ? {}
      : { sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sample) }) }),
  });
  provider.register();
  return {
    tracer: provider.getTracer(NAME),
    close: async () => {
      for (const api of [trace, context, propagation]) api.disable();
      // A receiver that is gone doesn't hold up the server's end for long.
      await Promise.race([provider.shutdown().catch(() => {}), sleep(LAST_EXPORT_MS, undefined, { ref: false })]);
    },
  };
}

const isRegistered = (): boolean => isSpanContextValid(trace.getTracer(NAME).startSpan("probe").spanContext());

async function loaded(endpoint: string | undefined) {
  try {
    const [sdk, { OTLPTraceExporter }, { defaultResource, detectResources, envDetector, resourceFromAttributes }] =
      await Promise.all([
        import("@opentelemetry/sdk-trace-node"),
        import("@opentelemetry/exporter-trace-otlp-http"),
        import("@opentelemetry/resources"),
      ]);
    const exporter = new OTLPTraceExporter(
      endpoint === undefined ? {} : { url: `${endpoint.replace(/\/$/, "")}/v1/traces` },
    );
    const resource = defaultResource()
      .merge(resourceFromAttributes({ "service.name": "lockstep" }))
      .merge(detectResources({ detectors: [envDetector] }));
    return { ...sdk, exporter, resource };
  } catch (cause) {
    throw new LockstepError(
      {
        code: "TRACING_PACKAGES",
        place: "traces",
        what: "they are asked for, and OpenTelemetry's SDK can't be loaded",
        mend: "npm install @opentelemetry/sdk-trace-node@2.12.0 @opentelemetry/exporter-trace-otlp-http@0.223.0 @opentelemetry/resources@2.12.0",
      },
      { cause },
    );
  }
}
