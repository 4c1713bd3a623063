import type { Compared } from "./compared.js";

type Labels = Readonly<Record<string, string | undefined>>;
type Sample = readonly [labels: Labels, value: number];

/** The report in Prometheus' text format, for a file that the node exporter collects. Written whole at each run. */
export function metricsOf(report: Compared, unixSeconds: number): string {
  const { project, features, coverage, views, verdict, seconds } = report;
  const of = (row: Compared["features"][number]): Labels => ({
    service: row.service,
    view: row.view,
    feature: row.feature,
  });
  const metric = (name: string, help: string, samples: readonly Sample[]): string =>
    samples.length === 0
      ? ""
      : [
          `# HELP ${name} ${help}`,
          `# TYPE ${name} gauge`,
          ...samples.map((s) => sampleText(name, { project, ...s[0] }, s[1])),
        ]
          .map((line) => `${line}\n`)
          .join("");
  return [
    metric(
      "lockstep_parity_compared_values",
      "Values compared by the last run.",
      features.map((f) => [of(f), f.compared]),
    ),
    metric(
      "lockstep_parity_different_values",
      'Values of the last run on which both sides disagree, by cause; a feature without any has cause="none" and 0.',
      features.flatMap((f): Sample[] =>
        f.differ === 0
          ? [[{ ...of(f), cause: "none" }, 0]]
          : Object.entries(f.causes).map(([cause, n]): Sample => [{ ...of(f), cause }, n]),
      ),
    ),
    metric(
      "lockstep_parity_largest_difference",
      "The greatest absolute difference of two numbers.",
      features.flatMap((f): Sample[] => (f.largest === null ? [] : [[of(f), f.largest]])),
    ),
    metric(
      "lockstep_parity_covered_ratio",
      "Which part of what was wanted was compared before the budget ended.",
      coverage.map((c) => [{ service: c.service, view: c.view }, c.wanted === 0 ? 1 : c.compared / c.wanted]),
    ),
    metric(
      "lockstep_parity_store_run",
      "The run that the online store is at, 0 where it is at none.",
      views.map((v) => [{ view: v.view, state: v.state }, v.run ?? 0]),
    ),
    metric("lockstep_parity_verdict", "1 for the last run's verdict.", [[{ verdict }, 1]]),
    metric("lockstep_parity_run_duration_seconds", "How long the last run took.", [[{}, seconds]]),
    metric("lockstep_parity_run_timestamp_seconds", "When the last run ended.", [[{}, unixSeconds]]),
  ].join("");
}

function sampleText(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).flatMap(([k, v]) => (v === undefined ? [] : [`${k}="${escaped(v)}"`]));
  return `${name}{${pairs.join(",")}} ${value}`;
}

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
