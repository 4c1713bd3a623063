import type { Command } from "../command.js";
import { type PlanData, planData } from "../plan-data.js";
import { renderPlan } from "../render-plan.js";

interface ApplyArgs {
  readonly dryRun?: boolean;
}

interface Applied extends PlanData {
  readonly dryRun: boolean;
  /** The new version; null where nothing was applied. */
  readonly version: number | null;
}

export const apply: Command<ApplyArgs, Applied> = {
  name: "apply",
  summary: "make the declarations the applied version",
  description:
    "Shows the plan and applies it: the declarations of the working copy become the version that is materialized and served. Applying twice changes nothing.",
  examples: ["fs apply", "fs apply --env prod --dry-run"],
  declare: (parser) => parser.option("--dry-run", "show the plan only, as `fs plan` does"),
  run: async ({ dryRun = false }, context) => {
    const store = await context.store();
    if (dryRun) return { ...planData(await store.plan(), store.environment), dryRun, version: null };
    const { plan, version } = await store.apply();
    return { ...planData(plan, store.environment), dryRun, version: version?.version ?? null };
  },
  render: (applied, style) => renderPlan(applied, style) + outcome(applied),
};

function outcome({ dryRun, isEmpty, version, changes }: Applied): string {
  if (dryRun) return isEmpty ? "" : "Nothing was applied: this was a dry run.\n";
  if (version === null) return "";
  const views = changes.filter((c) => c.materialize).map((c) => c.name);
  const next = views.length === 0 ? "" : ` Next: fs materialize ${views.join(" ")}`;
  return `Applied as version ${version}.${next}\n`;
}
