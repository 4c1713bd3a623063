import { duckdb, frameSql } from "@lockstep/compiler";
import { isLockstepError, type RepoIR, type ServiceIR } from "@lockstep/core";
import { checkSources, type Database, type Sources } from "@lockstep/offline";

/** A service's sources as its frame reads them. Those that are not there yet are taken at their declaration's word. */
export async function compiledSources(
  db: Database,
  repo: RepoIR,
  service: ServiceIR,
  sources: Sources,
): Promise<Sources> {
  const views = new Set(service.members.flatMap((m) => (m.kind === "view" ? [m.view] : [])));
  const used = new Set(repo.views.flatMap((v) => (views.has(v.name) ? [v.source] : [])));
  let found = sources;
  for (const source of repo.sources.filter((s) => used.has(s.name))) {
    found = await checkSources(db, found, [source]).catch((error: unknown) => {
      if (isLockstepError(error) && error.code === "SOURCE_MISSING") return found;
      throw error;
    });
  }
  return found;
}

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
