import { needsOrderOfEvents, type RepoIR, type ServiceIR, type SourceIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { type Cte, withCtes } from "./lower/cte.js";
import { eventsSql, inputColumn, keyColumn, rankSql } from "./lower/events.js";
import { latestPiece } from "./lower/latest.js";
import { lifetimePiece } from "./lower/lifetime.js";
import {
  isVersioned,
  keysEqual,
  keysOf,
  type Member,
  memberOf,
  NO_HINTS,
  type Piece,
  relationName,
  type ViewHints,
} from "./lower/member.js";
import { versionedEvents } from "./lower/versions.js";
import { type WindowPlan, windowsPiece } from "./lower/windows.js";
import { lookBack, type Reach, reachOf } from "./reach.js";

export interface FrameRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly service: ServiceIR;
  /** A relation with a row number `__row`. */
  readonly labels: string;
  /** SQL over that relation for an input of the service, of its declared type. */
  readonly input: (name: string) => string;
  /** SQL over that relation for the instant of each row: a timestamp. */
  readonly timestamp: string;
  /** The labels' columns to keep, in order. */
  readonly keep: readonly string[];
  /** Where a source's rows are. */
  readonly relation: (source: SourceIR) => string;
  /** Only rows known by this instant exist (microseconds). */
  readonly knownBy?: bigint;
  /** The first and the last instant that the labels ask for, where known: less of the sources is read. */
  readonly asked?: Reach;
  /** Adds a column `<column>__status` for each feature. */
  readonly statuses?: boolean;
  readonly hints?: (view: string) => ViewHints;
}

/** A frame's SQL: `__row` and a column for each feature of the service's views, on-demand features left out. */
export function frameSql(request: FrameRequest): string {
  const { dialect, repo, service, labels } = request;
  const ctes: Cte[] = [];
  const columns: string[] = [];
  const joins: string[] = [];
  for (const declared of service.members) {
    if (declared.kind !== "view") continue;
    const member = memberOf(repo, declared, {
      dialect,
      relation: request.relation,
      knownBy: request.knownBy === undefined ? null : String(request.knownBy),
      hints: request.hints?.(declared.view) ?? NO_HINTS,
    });
    ctes.push(...asksCtes(member, declared.keys, request), ...eventsCtes(member, request.asked));
    for (const piece of pieces(member)) {
      ctes.push(...piece.ctes);
      joins.push(`LEFT JOIN ${piece.name} ON ${piece.name}.rid = l.__row`);
      for (const column of piece.columns) {
        // A feature that only an on-demand function reads has no column of its own in the answer.
        const chosen = declared.features.find((f) => f.feature === column.feature);
        const name = chosen?.column ?? hiddenColumn(declared.alias, column.feature);
        columns.push(`${column.value} AS ${dialect.ident(name)}`);
        if (request.statuses) columns.push(`${column.status} AS ${dialect.ident(`${name}__status`)}`);
      }
    }
  }
  const select = [
    `SELECT ${["l.__row", ...request.keep.map((c) => `l.${dialect.ident(c)}`), ...columns].join(",\n  ")}`,
    `FROM ${labels} l`,
    ...joins,
    "ORDER BY l.__row",
  ].join("\n");
  return withCtes(ctes, select);
}

export const hiddenColumn = (alias: string, feature: string): string => `__hidden__${alias}__${feature}`;

/** What the labels ask of a view, their keys as small integers: cheaper to join, sort and partition by. */
function asksCtes(member: Member, keys: Readonly<Record<string, string>>, request: FrameRequest): Cte[] {
  const { dialect, view } = member;
  const [asked, keyed, asks] = ["asked", "keys", "asks"].map((n) => relationName(member, n)) as [
    string,
    string,
    string,
  ];
  const inputs = view.keys.map((k) => request.input(keys[k.key] ?? k.key));
  const columns = inputs.map((sql, i) => `${sql} AS ${keyColumn(i)}, `);
  const known = inputs.map((sql) => `${sql} IS NOT NULL`);
  const list = keysOf(view).join(", ");
  return [
    {
      name: asked,
      why: `${member.alias}: what the labels ask of the view ${view.name}; a null key is a key never seen`,
      sql: `SELECT __row AS rid, ${columns.join("")}${dialect.micros(request.timestamp)} AS t
  FROM ${request.labels}${known.length > 0 ? ` WHERE ${known.join(" AND ")}` : ""}`,
    },
    {
      name: keyed,
      why: "a number for each key asked for",
      materialized: true,
      sql: list
        ? `SELECT ${list}, row_number() OVER () AS kid FROM (SELECT DISTINCT ${list} FROM ${asked})`
        : "SELECT 0 AS kid",
    },
    {
      name: asks,
      why: "the same, with the key's number",
      materialized: true,
      sql: `SELECT a.*, k.kid FROM ${asked} a JOIN ${keyed} k ON ${keysEqual(view, "a", "k")}`,
    },
  ];
}

function eventsCtes(member: Member, asked: Reach | undefined): Cte[] {
  const { view } = member;
  const [asks, keyed] = [relationName(member, "asks"), relationName(member, "keys")];
  const reach = [`et <= (SELECT max(t) FROM ${asks})`];
  const lower = lookBack(member);
  if (lower !== null) reach.push(`et >= (SELECT min(t) FROM ${asks}) - ${lower}`);
  const ranked =
    member.layout.latest !== null || view.features.some((f) => f.kind === "window" && needsOrderOfEvents(f));
  const inputs = member.layout.inputs.map((_, i) => `e.${inputColumn(i)}`);
  const join = `JOIN ${keyed} k ON ${keysEqual(view, "e", "k")}`;
  const name = relationName(member, "events");
  if (isVersioned(member)) {
    const { ctes, sql } = versionedEvents(member, {
      ranked,
      where: reach,
      name: (what) => relationName(member, what),
      keys: { columns: ["kid"], join },
    });
    const columns = ["e.kid", "e.et", "e.ka", "e.gone", ...inputs];
    if (ranked) columns.push(`${rankSql(member, ["e.kid"])} AS rk`);
    const why = "the events of the keys asked for, each from when it is known until it is gone";
    return [...ctes, { name, why, materialized: true, sql: `SELECT ${columns.join(", ")} FROM (${sql}) e` }];
  }
  const columns = ["k.kid", "e.et", "e.ka", ...inputs];
  if (ranked) columns.push(`${rankSql(member, ["k.kid"])} AS rk`);
  const within = asked ? { within: reachOf(member, asked) } : {};
  return [
    {
      name,
      why: "the events of the keys asked for, as far back as a window reaches",
      materialized: true,
      sql: `SELECT ${columns.join(", ")}
  FROM (${eventsSql(member, { ranked, where: reach, ...within })}) e
  ${join}`,
    },
  ];
}

function pieces(member: Member): Piece[] {
  const groups = new Map<string, WindowPlan[]>();
  for (const plan of member.layout.features) {
    if (plan.kind !== "window") continue;
    const { shape, hop, bounds, offset, size } = plan.feature.window;
    // Sliding windows of one size share a join; so do windows over the same tiles, and lifetimes that run along.
    const id = JSON.stringify([shape, hop, bounds, offset, shape === "sliding" ? size : 0, runsAlong(member, plan)]);
    groups.set(id, [...(groups.get(id) ?? []), plan]);
  }
  const latest = latestPiece(member);
  return [
    ...(latest ? [latest] : []),
    ...[...groups.values()].map((plans, i) =>
      plans.every((plan) => runsAlong(member, plan)) ? lifetimePiece(member, plans, i) : windowsPiece(member, plans, i),
    ),
  ];
}

/** Lifetimes whose states are small are answered by running aggregates. */
const runsAlong = ({ dialect }: Member, { feature, specs }: WindowPlan): boolean =>
  feature.window.shape === "lifetime" && !specs.some((spec) => dialect.partials[spec.fn].wide);
