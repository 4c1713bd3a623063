import { duckdb, frameSql, NO_HINTS, type ViewHints } from "@lockstep/compiler";
import type { Computations, NamedType, RepoIR, ServiceIR, TypeIR } from "@lockstep/core";
import type { Database } from "./database.js";
import { checkFrameColumns, Frame, type FrameColumn } from "./frame.js";
import { measureHints } from "./hints.js";
import { type Labels, type LoadedLabels, loadLabels, temporaryTable } from "./labels.js";
import { addOnDemand } from "./on-demand.js";
import { namingOverflow } from "./overflow.js";
import { logicalType } from "./physical-types.js";
import { checkSources, type Sources } from "./sources.js";

export interface FrameOptions {
  /** The rows to fetch features for. */
  readonly labels: Labels;
  /** The labels' column that holds the instant each row is asked at. */
  readonly timestamp: string;
  /** Only what was known by then exists, whatever the labels' instants: microseconds. Default: all. */
  readonly knownBy?: bigint;
  /** Adds a column `<feature>__status` for each feature of a view. */
  readonly statuses?: boolean;
  readonly onStep?: (step: string) => void;
}

export interface FrameContext {
  readonly db: Database;
  readonly repo: RepoIR;
  readonly computations: Computations;
  readonly sources: Sources;
  /** How the events lie, in place of measuring it. */
  readonly hints?: (view: string) => ViewHints;
}

/** Computes a training frame: N rows in, the same N rows out, in their order. */
export async function trainingFrame(context: FrameContext, service: ServiceIR, options: FrameOptions): Promise<Frame> {
  const { db, repo } = context;
  const times = { labels: 0, plan: 0, query: 0, onDemand: 0 };
  const step = async <T>(name: keyof typeof times, work: () => Promise<T>): Promise<T> => {
    options.onStep?.(name);
    const start = performance.now();
    const result = await work();
    times[name] += performance.now() - start;
    return result;
  };
  const members = service.members.filter((m) => m.kind === "view");
  const used = new Set(members.map((m) => repo.views.find((v) => v.name === m.view)?.source));
  const sources = await checkSources(
    db,
    context.sources,
    repo.sources.filter((s) => used.has(s.name)),
  );

  const tables: string[] = [];
  const release = () => db.drop(tables);
  try {
    const labels = await step("labels", () => loadLabels(db, options.labels, options.timestamp, service.inputs));
    tables.push(labels.table);
    const statuses = options.statuses ?? false;
    const features = frameFeatures(repo, service, statuses);
    checkFrameColumns(
      labels.columns,
      features.map((f) => f.name),
    );
    const views = members.map((m) => m.view);
    const named = <T>(query: () => Promise<T>) => namingOverflow({ db, repo, sources }, views, query);
    const hints = await step("plan", () => named(() => frameHints({ ...context, sources }, service, labels)));
    const sql = frameSql({
      dialect: duckdb,
      repo,
      service,
      labels: labels.table,
      input: labels.input,
      timestamp: labels.timestamp,
      keep: labels.columns,
      relation: sources.relation,
      ...(options.knownBy === undefined ? {} : { knownBy: options.knownBy }),
      statuses,
      hints: (view) => hints.get(view) ?? NO_HINTS,
    });
    const table = temporaryTable("frame");
    tables.push(table);
    await step("query", () => named(() => db.run(`CREATE TEMP TABLE ${table} AS ${sql}`)));
    const complete = await step("onDemand", () => addOnDemand(context, service, table, labels));
    if (complete !== table) tables.push(complete);
    const columns = [...(await labelColumns(db, complete, labels.columns)), ...features];
    return new Frame(db, complete, columns, labels.rows, sql, times, release);
  } catch (error) {
    await release();
    throw error;
  }
}

/** How each view's events lie. */
async function frameHints(context: FrameContext, service: ServiceIR, labels: LoadedLabels) {
  const { db, repo, sources } = context;
  const hints = new Map<string, ViewHints>();
  for (const member of service.members) {
    if (member.kind !== "view" || hints.has(member.view)) continue;
    hints.set(member.view, context.hints?.(member.view) ?? (await measureHints(db, repo, member, sources, labels)));
  }
  return hints;
}

async function labelColumns(db: Database, table: string, names: readonly string[]): Promise<FrameColumn[]> {
  const described = await db.rows(`DESCRIBE ${table}`);
  const physical = new Map(described.map((d) => [String(d["column_name"]), String(d["column_type"])]));
  return names.map((name): FrameColumn => {
    const found = physical.get(name) ?? "";
    const type = logicalType(found);
    // An instant with a zone has a timestamp's bits, and a cast would follow the session's zone.
    const asIs = found === duckdb.type(type) || found === "TIMESTAMP WITH TIME ZONE";
    return { name, type, role: "label", ...(asIs ? {} : { cast: true }) };
  });
}

/** The columns of the service's features in its order, with their statuses where those are asked for. */
function frameFeatures(repo: RepoIR, service: ServiceIR, statuses: boolean): FrameColumn[] {
  return serviceFeatures(repo, service).flatMap(({ name, type, view }): FrameColumn[] => [
    { name, type, role: "feature" },
    ...(statuses && view
      ? [{ name: `${name}__status`, type: { kind: "string" } as TypeIR, role: "feature" as const }]
      : []),
  ]);
}

/** A feature by its column; `view` is null for an on-demand feature. */
export type ServiceFeature = NamedType & { readonly view: string | null };

/** A service's features by column, in its order. */
export function serviceFeatures(repo: RepoIR, service: ServiceIR): ServiceFeature[] {
  return service.members.flatMap((member): ServiceFeature[] => {
    if (member.kind === "view") {
      const view = repo.views.find((v) => v.name === member.view);
      return member.features.flatMap(({ feature, column }) => {
        const type = view?.features.find((f) => f.name === feature)?.type;
        return column === null || !type ? [] : [{ name: column, type, view: member.view }];
      });
    }
    const onDemand = repo.onDemands.find((o) => o.name === member.onDemand);
    return member.outputs.flatMap(({ output, column }) => {
      const type = onDemand?.outputs.find((o) => o.name === output)?.type;
      return type ? [{ name: column, type, view: null }] : [];
    });
  });
}
