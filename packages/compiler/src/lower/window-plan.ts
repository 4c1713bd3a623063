import type { PartialSpec, WindowFeatureIR, WindowIR } from "@lockstep/core";
import type { Cte } from "./cte.js";
import { type Member, relationName } from "./member.js";
import { finishSql, type PartialColumns } from "./partials.js";
import { overflowPlace } from "./window-columns.js";

/** A windowed feature, its partials over rows, and the name of its column in the relations that answer it. */
export interface WindowPlan {
  readonly feature: WindowFeatureIR;
  readonly specs: readonly PartialSpec[];
  readonly column: string;
}

/** A relation with `rid` and its plans' columns. It need not have a row for all that was asked. */
export interface WindowRelation {
  readonly ctes: readonly Cte[];
  readonly name: string;
  readonly plans: readonly WindowPlan[];
}

export const windowPlans = (member: Member): WindowPlan[] =>
  member.layout.features.flatMap(({ kind, ...plan }, i) =>
    kind === "window" && "specs" in plan
      ? [{ feature: plan.feature as WindowFeatureIR, specs: plan.specs, column: `f${i}` }]
      : [],
  );

/** The distinct windows of some plans, and each plan's place among them. */
export function distinctWindows(plans: readonly WindowPlan[]): {
  windows: WindowIR[];
  of: (plan: WindowPlan) => number;
} {
  const ids = plans.map(({ feature }) => JSON.stringify(feature.window));
  const distinct = [...new Set(ids)];
  const windows = distinct.map((id) => plans[ids.indexOf(id)]?.feature.window as WindowIR);
  return { windows, of: (plan) => distinct.indexOf(JSON.stringify(plan.feature.window)) };
}

/** SQL for a plan's value from a relation `p` of partials, where `a` is what was asked. */
export function valueSql(member: Member, plan: WindowPlan, partials: PartialColumns, window: number | null): string {
  const columns = plan.specs.map((spec) => partials.columns({ spec, window }).map((c) => `p.${c}`));
  return finishSql(member.dialect, plan.feature, columns, overflowPlace(member, plan.feature, "a"));
}

/** The plans' values by `rid`, from a relation of what they are made of. */
export function finished(
  member: Member,
  plans: readonly WindowPlan[],
  value: (plan: WindowPlan) => string,
  from: string,
): string {
  return `SELECT a.rid, ${plans.map((plan) => `${value(plan)} AS ${plan.column}`).join(", ")}
  FROM ${from} p JOIN ${relationName(member, "asks")} a USING (rid)`;
}
