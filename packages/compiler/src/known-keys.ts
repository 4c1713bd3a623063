import type { RepoIR, SourceIR, ViewMemberIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { knownAtSql, sourceSql } from "./lower/events.js";
import { type Member, memberOf, NO_HINTS } from "./lower/member.js";

export interface KnownKeysRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  /** Views of one entity, whose keys have the same columns in the labels. */
  readonly members: readonly ViewMemberIR[];
  readonly relation: (source: SourceIR) => string;
  /** Only rows known by this instant, in microseconds. */
  readonly knownBy?: bigint;
}

/**
 * The keys that the views' sources have, once each: the labels' columns, and `__since`, from when one is known. A key
 * stays one when its rows are corrected away: it has been seen.
 */
export function knownKeysSql({ dialect, repo, members, relation, knownBy }: KnownKeysRequest): string {
  const parts = members.map((member) => {
    const m = memberOf(repo, member, { dialect, relation, knownBy: null, hints: NO_HINTS });
    const et = dialect.micros(dialect.ident(m.source.eventTime));
    const ka = knownAtSql(dialect, m.source);
    const keys = m.view.keys.map(
      (k) => `${dialect.ident(k.column)} AS ${dialect.ident(member.keys[k.key] ?? k.key)}, `,
    );
    const whole = m.view.keys.map((k) => `${dialect.ident(k.column)} IS NOT NULL AND `).join("");
    const known = knownBy === undefined ? "" : ` AND ${ka} <= ${knownBy}`;
    return `SELECT ${keys.join("")}greatest(${et}, ${ka}) AS __since
  FROM (${sourceSql(m)}) WHERE ${whole}${rowIsEvent(m)}${et} IS NOT NULL AND ${ka} IS NOT NULL${known}`;
  });
  const [first] = members;
  const view = repo.views.find((v) => v.name === first?.view);
  const names = (view?.keys ?? []).map((k) => dialect.ident(first?.keys[k.key] ?? k.key));
  return `SELECT ${names.join(", ")}, min(__since) AS __since FROM (${parts.join(" UNION ALL ")}) GROUP BY ${names.join(", ")}`;
}

/** A row without an id is no event where ids are declared; where none are, neither is one that is marked as deleted. */
function rowIsEvent({ dialect, source }: Pick<Member, "dialect" | "source">): string {
  const { id, deleted } = source;
  if (id !== undefined) return id.map((column) => `${dialect.ident(column)} IS NOT NULL AND `).join("");
  return deleted === undefined ? "" : `${dialect.ident(deleted)} IS NOT TRUE AND `;
}
