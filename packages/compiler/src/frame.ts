import type { RepoIR, ServiceIR, SourceIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { asksCtes } from "./lower/asks.js";
import { type Cte, withCtes } from "./lower/cte.js";
import { frameEvents, needsRank } from "./lower/frame-events.js";
import { latestPiece } from "./lower/latest.js";
import { memberOf, NO_HINTS, type ViewHints } from "./lower/member.js";
import { windowsPieces } from "./lower/windows.js";
import type { Reach } from "./reach.js";

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
  /** Only rows known by this instant exist (microseconds), for all views or for each by its name. */
  readonly knownBy?: KnownBy;
  /** The first and the last instant that the labels ask for, where known: less of the sources is read. */
  readonly asked?: Reach;
  /** Adds a column `<column>__status` for each feature. */
  readonly statuses?: boolean;
  readonly hints?: (view: string) => ViewHints;
}

export type KnownBy = bigint | ReadonlyMap<string, bigint>;

export const knownByOf = (known: KnownBy | undefined, view: string): bigint | undefined =>
  typeof known === "bigint" ? known : known?.get(view);

const knownByText = (known: KnownBy | undefined, view: string): string | null =>
  knownByOf(known, view)?.toString() ?? null;

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
      knownBy: knownByText(request.knownBy, declared.view),
      hints: request.hints?.(declared.view) ?? NO_HINTS,
    });
    ctes.push(...asksCtes(member, declared.keys, request));
    ctes.push(...frameEvents(member, request.asked, needsRank(member.view.features)));
    const latest = latestPiece(member);
    for (const piece of [...(latest ? [latest] : []), ...windowsPieces(member)]) {
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
