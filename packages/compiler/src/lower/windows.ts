import type { Dialect } from "../dialects/dialect.js";
import type { Cte } from "./cte.js";
import { joinedWindows } from "./joined-windows.js";
import { lifetimeWindows, runsAlong } from "./lifetime.js";
import { isVersioned, type Member, type Piece, relationName } from "./member.js";
import { type Part, partsOf } from "./parts.js";
import { levelsOf } from "./tile-levels.js";
import { tiledLifetimes } from "./tiled-lifetime.js";
import { tiledWindows } from "./tiled-windows.js";
import { windowColumn } from "./window-columns.js";
import { type WindowPlan, type WindowRelation, windowPlans } from "./window-plan.js";

/** Windowed features. Where a member falls in parts, each part answers what is asked of its own keys. */
export function windowsPieces(member: Member): Piece[] {
  const plans = windowPlans(member);
  if (plans.length === 0) return [];
  const parts = partsOf(member).map((part) => ({ part, relations: relationsOf(part, plans) }));
  const ctes = parts.flatMap(({ part, relations }) => [...part.ctes, ...relations.flatMap((r) => r.ctes)]);
  const [only, other] = parts;
  if (only && !other) return only.relations.map((r, i) => piece(member.dialect, i === 0 ? ctes : [], r.name, r.plans));
  const name = relationName(member, "windows");
  const both: Cte = {
    name,
    why: "the features of both kinds of keys",
    sql: parts.map(({ part, relations }) => combined(part.member, relations, plans)).join("\n  UNION ALL "),
  };
  return [piece(member.dialect, [...ctes, both], name, plans)];
}

/** How a part's windows are found: those that share a join share a relation. */
function relationsOf({ member, dense }: Part, plans: readonly WindowPlan[]): WindowRelation[] {
  const groups = new Map<string, WindowPlan[]>();
  for (const plan of plans) {
    const id = JSON.stringify(dense ? denseGroup(member, plan) : sparseGroup(member, plan));
    groups.set(id, [...(groups.get(id) ?? []), plan]);
  }
  return [...groups.values()].map((group, i) => {
    const along = group.every((plan) => runsAlong(member, plan));
    const levels = dense ? levelsOf(group.map((p) => p.feature.window)) : null;
    if (!levels || levels.length === 0) {
      return along ? lifetimeWindows(member, group, i) : joinedWindows(member, group, i);
    }
    if (!along)
      return group.some(isLifetime) ? joinedWindows(member, group, i) : tiledWindows(member, group, levels, i);
    return isVersioned(member) ? lifetimeWindows(member, group, i) : tiledLifetimes(member, group, levels, i);
  });
}

const isLifetime = ({ feature }: WindowPlan) => feature.window.shape === "lifetime";

/** Lifetimes that run along share a running aggregate where they end alike; all other windows share one join. */
function sparseGroup(member: Member, plan: WindowPlan): unknown {
  const { offset, bounds } = plan.feature.window;
  return runsAlong(member, plan) ? [offset, bounds.endsWith("]")] : "joined";
}

/** Windows that end alike share tiles, if their hops fit into one another. */
function denseGroup(member: Member, plan: WindowPlan): unknown {
  const { shape, hop, bounds, offset } = plan.feature.window;
  if (shape === "lifetime") return [shape, offset, bounds.endsWith("]"), runsAlong(member, plan)];
  return [shape, bounds, offset, shape === "hopping" || !STANDARD.has(hop) ? hop : null];
}

/** The default hops, which fit into one another: 1 m, 5 m, 1 h, 1 d. Sliding windows have none. */
const STANDARD = new Set([0, 60_000_000, 300_000_000, 3_600_000_000, 86_400_000_000]);

/** One relation with all columns, in the plans' order. */
function combined(member: Member, relations: readonly WindowRelation[], plans: readonly WindowPlan[]): string {
  const column = (plan: WindowPlan) => `${relations.find((r) => r.plans.includes(plan))?.name}.${plan.column}`;
  return `SELECT a.rid, ${plans.map(column).join(", ")} FROM ${relationName(member, "asks")} a
  ${relations.map((r) => `LEFT JOIN ${r.name} ON ${r.name}.rid = a.rid`).join(" ")}`;
}

const piece = (dialect: Dialect, ctes: readonly Cte[], name: string, plans: readonly WindowPlan[]): Piece => ({
  ctes,
  name,
  columns: plans.map((plan) => windowColumn(dialect, plan.feature, `${name}.${plan.column}`)),
});
