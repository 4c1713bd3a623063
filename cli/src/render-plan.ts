import type { PlanData } from "./plan-data.js";
import { printable } from "./printable.js";
import type { PlanChange } from "./store-types.js";
import type { Colors, Style } from "./style.js";

type Action = PlanChange["action"];

const SIGNS: Readonly<Record<Action, { readonly sign: string; readonly color: "green" | "yellow" | "red" }>> = {
  add: { sign: "+", color: "green" },
  change: { sign: "~", color: "yellow" },
  remove: { sign: "-", color: "red" },
};

export function renderPlan(plan: PlanData, { colors }: Style): string {
  if (plan.isEmpty) return `No changes. Environment ${plan.environment} has what is declared.\n`;
  const again = plan.changes.filter((c) => c.materialize).map((c) => c.name);
  return [
    ...plan.changes.map((change) => renderChange(change, colors)),
    ...(plan.codeChanged ? [`  ${colors.yellow("~")} the code of on-demand features\n`] : []),
    "\n",
    ...(again.length > 0 ? [`To materialize: ${again.join(", ")}\n`] : []),
    `${summary(plan)}\n`,
  ].join("");
}

function renderChange({ action, kind, name, details, materialize }: PlanChange, colors: Colors): string {
  const { sign, color } = SIGNS[action];
  const again = materialize ? colors.dim("  (to materialize)") : "";
  const lines = details.map((detail) => `      ${printable(detail)}\n`).join("");
  return `  ${colors[color](sign)} ${kind} ${colors.bold(name)}${again}\n${lines}`;
}

function summary({ changes, codeChanged, environment }: PlanData): string {
  const n = (action: Action) => changes.filter((c) => c.action === action).length;
  const code = codeChanged ? "; on-demand code changes" : "";
  return `Environment ${environment}: ${n("add")} to add, ${n("change")} to change, ${n("remove")} to remove${code}.`;
}
