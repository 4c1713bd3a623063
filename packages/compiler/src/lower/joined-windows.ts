import type { PartialSpec, WindowIR } from "@lockstep/core";
import type { Dialect } from "../dialects/dialect.js";
import { joinRows } from "./buckets.js";
import { inputColumn } from "./events.js";
import { eventsFor } from "./frame-events.js";
import { isVersioned, type Member, relationName } from "./member.js";
import { PartialColumns, rowFilter } from "./partials.js";
import { type WindowSql, windowSql, windowsReach } from "./window.js";
import { distinctWindows, finished, valueSql, type WindowPlan, type WindowRelation } from "./window-plan.js";

/**
 * Windows whose events are joined to each row asked for, all windows in one join: the widest bounds it, and each
 * aggregate takes its own window's events from what was joined.
 */
export function joinedWindows(member: Member, plans: readonly WindowPlan[], index: number): WindowRelation {
  const { dialect, source } = member;
  const { windows, of } = distinctWindows(plans);
  const edges = new Edges();
  const own = windows.map((w) => {
    const sql = windowSql(dialect, w, "t");
    return { ...sql, from: sql.from === null ? null : edges.name(sql.from), to: edges.name(sql.to) };
  });
  const range = rangeOf(windows, own);
  const partials = new PartialColumns(dialect);
  const direct = new Map(plans.map((plan) => [plan, directSql(dialect, plan)]));
  for (const plan of plans) {
    if (direct.get(plan)) continue;
    for (const spec of plan.specs) partials.columns({ spec, window: of(plan) });
  }
  const condition = (window: number) => {
    const { from, to, lower, upper } = own[window] as WindowSql;
    const needed = [
      ...(from === null || window === range.widest ? [] : [`e.et ${lower} ${from}`]),
      ...(range.oneEnd ? [] : [`e.et ${upper} ${to}`]),
    ];
    return needed.length > 0 ? needed.join(" AND ") : null;
  };
  const name = relationName(member, `windows ${index}`);
  const found = relationName(member, `found ${index}`);
  const knownThen = source.knownAt === null && !isVersioned(member) ? [] : ["e.ka <= a.t"];
  const reach = windowsReach(windows);
  const value = (plan: WindowPlan) =>
    direct.get(plan) ? `p.${plan.column}` : valueSql(member, plan, partials, of(plan));
  return {
    name,
    plans,
    ctes: [
      {
        name: found,
        why: `the events of ${windows.length === 1 ? "the window" : "the widest window, and of each window its own,"} for each row asked for`,
        sql: joinRows(member, {
          asks: `(SELECT rid, kid, t${edges.columns()} FROM ${relationName(member, "asks")})`,
          rows: eventsFor(member, plans),
          at: "et",
          select: [
            ...partials.collect(condition),
            ...plans.flatMap((plan) => {
              const sql = direct.get(plan);
              return sql ? [`${sql}${filterOf(plan, condition(of(plan)))} AS ${plan.column}`] : [];
            }),
          ],
          where: [...range.where, ...knownThen, ...(isVersioned(member) ? ["a.t < e.gone"] : [])],
          buckets:
            member.hints.dense === true && reach !== null && range.from !== null
              ? { width: reach, spans: [[range.from, "a.t"]] }
              : null,
        }),
      },
      { name, why: "the features' values", sql: finished(member, plans, value, found) },
    ],
  };
}

function directSql(dialect: Dialect, { feature, specs }: WindowPlan): string | null {
  const argument = specs[0]?.input ?? null;
  const of = { argument: feature.argument?.type ?? null, params: feature.params ?? {} };
  return argument === null ? null : (dialect.direct[feature.aggregate]?.(inputColumn(argument), of) ?? null);
}

function filterOf({ specs }: WindowPlan, condition: string | null): string {
  const filter = rowFilter(specs[0] as PartialSpec, condition);
  return filter === null ? "" : ` FILTER (${filter})`;
}

/** Names for the windows' edges, which are computed once for each row asked for. */
class Edges {
  readonly #names = new Map<string, string>([["t", "t"]]);

  name(sql: string): string {
    const name = this.#names.get(sql) ?? `w${this.#names.size - 1}`;
    this.#names.set(sql, name);
    return `a.${name}`;
  }

  columns(): string {
    return [...this.#names]
      .slice(1)
      .map(([sql, name]) => `, ${sql} AS ${name}`)
      .join("");
  }
}

interface Range {
  /** Where all windows' events are. */
  readonly where: readonly string[];
  /** The instant where they begin, or null: at the beginning. */
  readonly from: string | null;
  /** The window that begins where all of them do, or null: none is known to. */
  readonly widest: number | null;
  /** All windows end alike. */
  readonly oneEnd: boolean;
}

function rangeOf(windows: readonly WindowIR[], edges: readonly WindowSql[]): Range {
  const [first] = edges as readonly [WindowSql];
  const oneEnd = edges.every((e) => e.to === first.to && e.upper === first.upper);
  const end = oneEnd ? `e.et ${first.upper} ${first.to}` : "e.et <= a.t";
  const froms = [...new Set(edges.map((e) => e.from))];
  if (froms.includes(null)) return { where: [end], from: null, widest: null, oneEnd };
  const widest = windows.findIndex((w, i) => windows.every((v, j) => i === j || begins(w, edges[i], v, edges[j])));
  if (widest >= 0) {
    const { from, lower } = edges[widest] as WindowSql;
    return { where: [`e.et ${lower} ${from}`, end], from, widest, oneEnd };
  }
  const from = froms.length === 1 ? (froms[0] as string) : `least(${froms.join(", ")})`;
  return { where: [`e.et >= ${from}`, end], from, widest: null, oneEnd };
}

/** Whether `w` begins where `v` does or before, at every instant. */
function begins(w: WindowIR, a: WindowSql | undefined, v: WindowIR, b: WindowSql | undefined): boolean {
  const edgeIn = a?.lower === ">=" || b?.lower === ">";
  return edgeIn && (a?.from === b?.from || v.size + v.hop + v.offset <= w.size + w.offset);
}
