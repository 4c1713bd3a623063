import { LockstepError } from "@lockstep/core";

/** Where spans go, beside what the standard variables of OpenTelemetry (`OTEL_...`) say. */
export interface TracingSettings {
  /** Of an OTLP/HTTP receiver, such as `http://collector:4318`. Default: OTEL_EXPORTER_OTLP_ENDPOINT's, or this machine's. */
  readonly endpoint?: string | undefined;
  /** Which part of the traces that begin here is kept, 0 to 1. Default: OTEL_TRACES_SAMPLER's, or all. */
  readonly sample?: number | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Whether spans are to be exported. Throws where the variables ask for what isn't there. */
export function isTracing(settings: TracingSettings | undefined, env: Env): boolean {
  if (env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return false;
  const exporter = env["OTEL_TRACES_EXPORTER"];
  if (exporter === "none") return false;
  const endpoint = env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? env["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (settings === undefined && endpoint === undefined && exporter === undefined) return false;
  const protocol = env["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] ?? env["OTEL_EXPORTER_OTLP_PROTOCOL"];
  if (exporter !== undefined && exporter !== "otlp") throw notSupported("OTEL_TRACES_EXPORTER", exporter, "otlp");
  if (protocol === "grpc") throw notSupported("OTEL_EXPORTER_OTLP_PROTOCOL", protocol, "http/json");
  return true;
}

const notSupported = (variable: string, value: string, instead: string) =>
  new LockstepError({
    code: "TRACING_INVALID",
    place: variable,
    what: `'${value}' is not what this server can do`,
    mend: `set it to '${instead}', or leave it out`,
  });
