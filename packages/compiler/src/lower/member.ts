import { columnsRead, type RepoIR, type SourceIR, stateLayout, type ViewIR, type ViewMemberIR } from "@lockstep/core";
import type { Cte } from "./cte.js";
import { type Events, keyColumn } from "./events.js";

/** How a view's events lie, as far as it decides the plan. Measured before compiling; the values never depend on it. */
export interface ViewHints {
  /**
   * Keys with many events for each row asked for go through tiles and time buckets: all keys, none, or those of a
   * relation `k0, k1, ..`.
   */
  readonly dense: boolean | string;
  /** Microseconds after its event time by which nearly every event is known. */
  readonly settle: number;
  /** Most rows of a source with corrections belong to keys that are asked for. */
  readonly most: boolean;
  /** Keys are asked for once or twice: their events are cheaper to join with what is asked than to sort. */
  readonly few: boolean;
}

export const NO_HINTS: ViewHints = { dense: false, settle: 0, most: false, few: false };

/** One view of a service, reduced to the features that are asked for, with all that its lowering reads. */
export interface Member extends Events {
  readonly alias: string;
  /** Begins the names of its own relations where it is a half of a member; else empty. */
  readonly part: string;
  readonly hints: ViewHints;
}

/** A part of a member: relations, and the columns of the last one that answer features, joined by `rid`. */
export interface Piece {
  readonly ctes: readonly Cte[];
  /** The relation that holds `rid` and the features' columns. */
  readonly name: string;
  readonly columns: readonly { readonly feature: string; readonly value: string; readonly status: string }[];
}

export function memberOf(
  repo: RepoIR,
  member: ViewMemberIR,
  context: Pick<Member, "dialect" | "knownBy" | "hints"> & { readonly relation: (source: SourceIR) => string },
): Member {
  const whole = repo.views.find((v) => v.name === member.view);
  const source = repo.sources.find((s) => s.name === whole?.source);
  if (!whole || !source) throw new Error(`the compiled repo has no view '${member.view}' or no source for it`);
  const wanted = new Set(member.features.map((f) => f.feature));
  const view: ViewIR = { ...whole, features: whole.features.filter((f) => wanted.has(f.name)) };
  const { dialect, knownBy, hints } = context;
  return {
    dialect,
    alias: member.alias,
    part: "",
    view,
    source,
    layout: stateLayout(view),
    reads: columnsRead(whole.features),
    relation: context.relation(source),
    knownBy,
    hints,
  };
}

/** True where an event may be corrected: then it has a `gone`. */
export const isVersioned = ({ source }: Pick<Member, "source">): boolean => source.id !== undefined;

export const relationName = ({ dialect, alias, part }: Member, what: string): string =>
  dialect.ident(part === "" ? `${alias} ${what}` : `${alias} ${part} ${what}`);

export const keysOf = (view: ViewIR): string[] => view.keys.map((_, i) => keyColumn(i));

/** `a.k0 = b.k0 AND ..`, or `true` for a view without an entity. */
export const keysEqual = (view: ViewIR, a: string, b: string): string =>
  keysOf(view)
    .map((k) => `${a}.${k} = ${b}.${k}`)
    .join(" AND ") || "true";

/** `k0, k1, ` as the beginning of a list of columns. */
export const keyList = (view: ViewIR, prefix = ""): string =>
  keysOf(view)
    .map((k) => `${prefix}${k}, `)
    .join("");
