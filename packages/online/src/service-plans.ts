import type { ServiceIR, ViewIR } from "@lockstep/core";
import type { Serving } from "./answer.js";
import { found } from "./found.js";
import { type CompiledView, compileView, planService } from "./plan-service.js";
import type { ServicePlan } from "./service-plan.js";

// Callers choose columns freely, so the plans kept for one Serving are bounded.
const MOST = 1000;

interface Plans {
  readonly views: Map<string, CompiledView>;
  readonly services: Map<string, ServicePlan>;
}

const known = new WeakMap<Serving, Plans>();

/** The plan of a service, or of some of its columns, made once for each Serving. */
export function servicePlan(serving: Serving, name: ServiceIR["name"], columns?: readonly string[]): ServicePlan {
  const plans = known.get(serving) ?? { views: new Map(), services: new Map() };
  known.set(serving, plans);
  const id = columns ? JSON.stringify([name, columns]) : name;
  const plan = plans.services.get(id);
  if (plan) return plan;
  const service = found(serving.repo.services, name, "feature service");
  const made = planService(serving, service, columns ?? null, (view) => compiled(plans.views, view));
  if (plans.services.size >= MOST) plans.services.clear();
  plans.services.set(id, made);
  return made;
}

function compiled(views: Map<string, CompiledView>, view: ViewIR): CompiledView {
  const present = views.get(view.name) ?? compileView(view);
  views.set(view.name, present);
  return present;
}
