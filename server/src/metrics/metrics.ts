import type { PushAnswer } from "@lockstep/online";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { GuardState } from "../guard/guard-store.js";
import type { ViewHealth } from "../health.js";
import { remembered, tally } from "./tally.js";

/** From a fraction of a millisecond, which a read of memory takes, to what a request may take. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Sums that prom-client gives beside their parts, under names that are for counters. */
const NO_COUNTERS = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

export interface FinishedRequest {
  readonly operation: string;
  /** The feature service; empty: none, or several. */
  readonly service: string;
  readonly status: number;
  readonly seconds: number;
  /** Of its errors. */
  readonly codes: readonly string[];
}

export interface StatusCounts {
  readonly PRESENT: number;
  readonly MISSING: number;
  readonly EXPIRED: number;
  readonly NULL: number;
}

type PushStatus = PushAnswer["status"];

export interface Metrics {
  readonly registry: Registry;
  began(): void;
  finished(request: FinishedRequest): void;
  storeRead(seconds: number, ok: boolean): void;
  /** What the values of a view, or an on-demand feature, were in one answer. */
  values(view: string, counts: StatusCounts): void;
  /** What became of rows of a source that one request pushed. */
  pushed(source: string, counts: Readonly<Record<PushStatus, number>>): void;
  /** Prometheus's text. */
  text(): Promise<string>;
}

export interface MetricSources {
  /** How the store's guard is, if it has one. */
  readonly guard?: () => GuardState | null;
  /** How the views are, in microseconds of the store's clock. */
  readonly views?: () => Promise<readonly ViewHealth[]>;
  readonly version?: () => Promise<number | null>;
}

const CIRCUIT = { closed: 0, halfOpen: 1, open: 2 } as const;

export function createMetrics({
  guard = () => null,
  views = async () => [],
  version = async () => null,
}: MetricSources = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of NO_COUNTERS) registry.removeSingleMetric(name);
  const duration = new Histogram({
    name: "lockstep_request_duration_seconds",
    help: "How long requests took, from their headers to their answer",
    labelNames: ["service", "operation"],
    buckets: SECONDS,
    registers,
  });
  const counts = tally(
    registry,
    { name: "lockstep_requests_total", help: "Requests answered, by HTTP status" },
    "operation",
    "status",
  );
  const errors = new Counter({
    name: "lockstep_errors_total",
    help: "Errors in answers, by their code",
    labelNames: ["code"],
    registers,
  });
  let inFlight = 0;
  new Gauge({
    name: "lockstep_requests_in_flight",
    help: "Requests that are being answered",
    registers,
    collect() {
      this.set(inFlight);
    },
  });
  const storeDuration = new Histogram({
    name: "lockstep_store_read_duration_seconds",
    help: "How long reads of the online store took, waiting for their turn included",
    labelNames: ["outcome"],
    buckets: SECONDS,
    registers,
  });
  const values = tally(
    registry,
    {
      name: "lockstep_feature_values_total",
      help: "Feature values answered, by view or on-demand feature and by status",
    },
    "view",
    "status",
  );
  const rows = new Counter({
    name: "lockstep_pushed_rows_total",
    help: "Rows pushed, by source and by what was answered",
    labelNames: ["source", "answer"],
    registers,
  });
  guardGauges(registry, guard);
  viewGauges(registry, views);
  new Gauge({
    name: "lockstep_registry_version",
    help: "The applied version that is served",
    registers,
    aggregator: "min",
    async collect() {
      const now = await version().catch(() => null);
      if (now !== null) this.set(now);
    },
  });
  const [ok, failed] = [storeDuration.labels("ok"), storeDuration.labels("error")];
  // Finding a label's place costs more than counting does.
  const durations = remembered((service, operation) => duration.labels(service, operation));
  return {
    registry,
    began: () => {
      inFlight++;
    },
    finished: ({ operation, service, status, seconds, codes }) => {
      inFlight--;
      durations(service, operation).observe(seconds);
      counts(operation, String(status), 1);
      for (const code of codes) errors.inc({ code });
    },
    storeRead: (seconds, good) => (good ? ok : failed).observe(seconds),
    values: (view, { PRESENT, MISSING, EXPIRED, NULL }) => {
      if (PRESENT > 0) values(view, "PRESENT", PRESENT);
      if (MISSING > 0) values(view, "MISSING", MISSING);
      if (EXPIRED > 0) values(view, "EXPIRED", EXPIRED);
      if (NULL > 0) values(view, "NULL", NULL);
    },
    pushed: (source, counts) => {
      for (const [answer, count] of Object.entries(counts)) if (count > 0) rows.inc({ source, answer }, count);
    },
    text: () => registry.metrics(),
  };
}

function guardGauges(registry: Registry, guard: () => GuardState | null): void {
  const gauge = (name: string, help: string, of: (state: GuardState) => number, aggregator: "sum" | "max" = "sum") =>
    new Gauge({
      name,
      help,
      registers: [registry],
      aggregator,
      collect() {
        const state = guard();
        if (state) this.set(of(state));
      },
    });
  gauge("lockstep_store_reads_in_flight", "Reads that the online store has not answered yet", (g) => g.running);
  gauge("lockstep_store_reads_queued", "Reads that wait for their turn at the online store", (g) => g.waiting);
  gauge(
    "lockstep_store_circuit_state",
    "The online store's circuit breaker: 0 closed, 1 trying, 2 open",
    (g) => CIRCUIT[g.circuit],
    "max",
  );
  new Counter({
    name: "lockstep_store_reads_refused_total",
    help: "Reads that the online store was not asked for, or that were given up",
    labelNames: ["reason"],
    registers: [registry],
    collect() {
      const state = guard();
      if (!state) return;
      this.reset();
      for (const [reason, count] of Object.entries(state.refused)) this.inc({ reason }, count);
    },
  });
}

/** Looked at when metrics are asked for. */
function viewGauges(registry: Registry, views: () => Promise<readonly ViewHealth[]>): void {
  const gauge = (
    name: string,
    help: string,
    aggregator: "max" | "min",
    of: (view: ViewHealth) => number | null | undefined,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ["view"],
      registers: [registry],
      aggregator,
      async collect() {
        this.reset();
        for (const view of await views().catch(() => [])) {
          const value = of(view);
          if (value !== undefined && value !== null) this.set({ view: view.view }, value);
        }
      },
    });
  gauge("lockstep_view_staleness_seconds", "How far a view's watermark is behind the clock", "max", (v) => v.staleness);
  gauge("lockstep_view_freshness_seconds", "The freshness that a view declares", "max", (v) => v.freshness);
  gauge("lockstep_view_fresh", "1 where a view is within its declared freshness, else 0", "min", (v) =>
    v.fresh === undefined ? null : Number(v.fresh),
  );
}
