import { duckdb, frameSql } from "@lockstep/compiler";
import type { RepoIR, ServiceIR } from "@lockstep/core";
import type { Sources } from "@lockstep/offline";

/** The SQL of a service's training frame over a relation `labels`, to read and to run by hand. */
export function compileService(
  repo: RepoIR,
  service: ServiceIR,
  sources: Sources,
  version: number | null = null,
): string {
  const columns = service.inputs.map((i) => `${duckdb.ident(i.name)} ${duckdb.type(i.type)}`);
  const timestamp = service.inputs.find((i) => i.type.kind === "timestamp")?.name ?? "timestamp";
  const sql = frameSql({
    dialect: duckdb,
    repo,
    service,
    labels: "labels",
    input: (name) => duckdb.ident(name),
    timestamp: duckdb.ident(timestamp),
    keep: service.inputs.map((i) => i.name),
    relation: sources.relation,
  });
  const onDemand = service.members.flatMap((m) => (m.kind === "onDemand" ? [m.onDemand] : []));
  return [
    `-- The training frame of the feature service ${service.name}: a row for each of labels' rows, in their order.`,
    `-- Its definitions are ${version === null ? "the working copy's" : `those of version ${version}, as applied`}.`,
    `-- labels: __row BIGINT (0, 1, ..), ${columns.join(", ")}; the instant asked for is ${duckdb.ident(timestamp)}.`,
    ...(onDemand.length > 0
      ? [`-- On-demand features are computed from its rows afterwards: ${onDemand.join(", ")}.`]
      : []),
    sql,
    ";",
  ].join("\n");
}
