import type { Command } from "../command.js";
import { type PlanData, planData } from "../plan-data.js";
import { renderPlan } from "../render-plan.js";

export const plan: Command<object, PlanData> = {
  name: "plan",
  summary: "show what apply would change",
  description:
    "Compares the declarations of the working copy with the applied version: what is added, changed and removed, and which views must be materialized again. Touches nothing.",
  examples: ["fs plan", "fs plan --env prod --json"],
  run: async (_args, context) => {
    const store = await context.store();
    return planData(await store.plan(), store.environment);
  },
  render: renderPlan,
};
