import type { ServingLog } from "@lockstep/online";
import { Counter, Gauge, type Registry } from "prom-client";

/** How the serving log is, looked at when metrics are asked for. */
export function servingLogMetrics(registry: Registry, log: ServingLog): void {
  const registers = [registry];
  new Counter({
    name: "lockstep_serving_log_answers_total",
    help: "Answers of the sample that are in the serving log, or were dropped",
    labelNames: ["outcome"],
    registers,
    collect() {
      const { logged, dropped } = log.state();
      this.reset();
      this.inc({ outcome: "logged" }, logged);
      this.inc({ outcome: "dropped" }, dropped);
    },
  });
  new Counter({
    name: "lockstep_serving_log_bytes_total",
    help: "Bytes written to the serving log",
    registers,
    collect() {
      this.reset();
      this.inc(log.state().bytes);
    },
  });
  new Gauge({
    name: "lockstep_serving_log_failing",
    help: "1 where the last write of the serving log failed, else 0",
    registers,
    aggregator: "max",
    collect() {
      this.set(log.state().error === null ? 0 : 1);
    },
  });
}
