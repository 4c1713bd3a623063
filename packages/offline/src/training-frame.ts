import { duckdb, type FrameRequest, frameSql, type KnownBy, NO_HINTS, type ViewHints } from "@lockstep/compiler";
import {
  type Computations,
  type Instant,
  LockstepError,
  type NamedType,
  type RepoIR,
  type ServiceIR,
  type TypeIR,
} from "@lockstep/core";
import { Database } from "./database.js";
import { explainFrame } from "./explain.js";
import { checkFrameColumns, Frame, type FrameColumn } from "./frame.js";
import { type Grid, gridSql, gridTimestamp } from "./grid.js";
import { measureHints } from "./hints.js";
import { connectionOf, type Labels, type LoadedLabels, loadLabels, temporaryTable } from "./labels.js";
import { addOnDemand } from "./on-demand.js";
import { namingOverflow } from "./overflow.js";
import { logicalType, NANOSECONDS } from "./physical-types.js";
import { checkSources, type Sources } from "./sources.js";
import type { Probe } from "./sum-overflow.js";

/** What a frame has rows for: labels, a grid of keys and instants, or every key as of one instant. */
export type Asked =
  | {
      readonly labels: Labels;
      /** The labels' column that holds the instant each row is asked at. */
      readonly timestamp: string;
    }
  | {
      readonly grid: Grid;
      /** The name of the column of instants. Default: that of the only timestamp a request has, or `timestamp`. */
      readonly timestamp?: string;
    }
  | { readonly asOf: Instant | string; readonly timestamp?: string };

export type FrameOptions = Asked & FrameSettings;

export interface FrameSettings {
  /** Only what was known by then exists, whatever the labels' instants: microseconds, for all views or each. Default: all. */
  readonly knownBy?: KnownBy;
  /** Adds a column `<feature>__status` for each feature of a view. */
  readonly statuses?: boolean;
  /** Told of each row at which an on-demand function fails, whose outputs are then null. Default: the frame fails. */
  readonly onFailure?: (onDemand: string, row: number, why: string) => void;
  readonly onStep?: (step: string) => void;
  /** Interrupts the work, and what is later done with the frame. Nothing is left behind. */
  readonly signal?: AbortSignal;
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
  const signal = options.signal ?? context.db.options.signal;
  const own = signal ? { signal } : {};
  const connection = "labels" in options ? connectionOf(options.labels) : null;
  const db = connection ? await Database.over(connection, { ...context.db.options, ...own }) : context.db.session(own);
  try {
    return await computeFrame({ ...context, db }, service, options);
  } catch (error) {
    await db.release();
    throw error;
  }
}

async function computeFrame(given: FrameContext, service: ServiceIR, options: FrameOptions): Promise<Frame> {
  const { db, repo } = given;
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
    given.sources,
    repo.sources.filter((s) => used.has(s.name)),
  );

  const context = { ...given, sources };
  const known = options.knownBy === undefined ? {} : { knownBy: options.knownBy };
  const labels = await step("labels", async () => {
    const asked = await askedRows(context, service, options);
    return loadLabels(db, asked.labels, asked.timestamp, service.inputs);
  });
  const statuses = options.statuses ?? false;
  const features = frameFeatures(repo, service, statuses);
  checkFrameColumns(
    labels.columns,
    features.map((f) => f.name),
  );
  const views = members.map((m) => m.view);
  const named = <T>(query: () => Promise<T>, probe?: Probe) =>
    namingOverflow({ db, repo, sources }, views, query, probe);
  const hints = await step("plan", () => named(() => frameHints(context, service, labels)));
  const request: FrameRequest = {
    dialect: duckdb,
    repo,
    service,
    labels: labels.table,
    input: labels.input,
    timestamp: labels.timestamp,
    keep: labels.columns,
    relation: sources.relation,
    ...known,
    ...(labels.asked ? { asked: labels.asked } : {}),
    statuses,
    hints: (view) => hints.get(view) ?? NO_HINTS,
  };
  const sql = frameSql(request);
  const probe: Probe = (view, feature, { relation }) =>
    db.run(frameSql({ ...request, relation, service: onlyFeature(service, view.name, feature.name) }));
  const table = temporaryTable("frame");
  await step("query", () => named(() => db.createTable(table, `AS ${sql}`), probe));
  const complete = await step("onDemand", () => addOnDemand(context, service, table, labels, options.onFailure));
  await checkRows(db, complete, labels.rows);
  const columns = [...(await labelColumns(db, complete, labels.columns)), ...features];
  const explain = () => explainFrame(db, { repo, sources, service, labels, ...known });
  return new Frame(db, complete, columns, labels.rows, sql, times, explain);
}

/** Labels as they are given, or a grid's rows as a query. */
async function askedRows({ db, repo, sources }: FrameContext, service: ServiceIR, options: FrameOptions) {
  if ("labels" in options) return options;
  const timestamp = options.timestamp ?? gridTimestamp(service);
  const grid: Grid = "grid" in options ? options.grid : { keys: "all", at: [options.asOf] };
  const known = typeof options.knownBy === "bigint" ? { knownBy: options.knownBy } : {};
  return { labels: { sql: await gridSql({ db, repo, sources, ...known }, service, grid, timestamp) }, timestamp };
}

const onlyFeature = (service: ServiceIR, view: string, feature: string): ServiceIR => ({
  ...service,
  members: service.members.flatMap((m) =>
    m.kind === "view" && m.view === view ? [{ ...m, features: m.features.filter((f) => f.feature === feature) }] : [],
  ),
});

/** N rows in, N rows out, whatever happened on the way. */
async function checkRows(db: Database, table: string, rows: number): Promise<void> {
  const [counted] = await db.rows(`SELECT count(*)::DOUBLE AS n FROM ${table}`);
  if (Number(counted?.["n"]) === rows) return;
  throw new LockstepError({
    code: "FRAME_ROWS",
    what: `${rows} rows went in and ${String(counted?.["n"])} came out`,
    mend: "this is a mistake of Lockstep's own: please report it",
  });
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
    if (found === NANOSECONDS) return { name, type, role: "label", nanoseconds: true };
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
