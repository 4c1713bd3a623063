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
  /** The same list of columns, asked for again. */
  readonly lists: WeakMap<readonly string[], Map<string, ServicePlan>>;
}

const known = new WeakMap<Serving, Plans>();

/** The plan of a service, or of some of its columns, made once for each Serving. A list of columns is never changed. */
export function servicePlan(serving: Serving, name: ServiceIR["name"], columns?: readonly string[]): ServicePlan {
  const plans = made(known, serving, () => ({ views: new Map(), services: new Map(), lists: new WeakMap() }));
  if (!columns) return named(plans, serving, name, name, null);
  const ofList = made(plans.lists, columns, () => new Map());
  const present = ofList.get(name);
  if (present) return present;
  const plan = named(plans, serving, JSON.stringify([name, columns]), name, columns);
  ofList.set(name, plan);
  return plan;
}

function made<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const value = make();
  map.set(key, value);
  return value;
}

function named(
  { views, services }: Plans,
  serving: Serving,
  id: string,
  name: string,
  columns: readonly string[] | null,
): ServicePlan {
  const plan = services.get(id);
  if (plan) return plan;
  const service = found(serving.repo.services, name, "feature service");
  const planned = planService(serving, service, columns, (view) => compiled(views, view));
  if (services.size >= MOST) services.clear();
  services.set(id, planned);
  return planned;
}

function compiled(views: Map<string, CompiledView>, view: ViewIR): CompiledView {
  const present = views.get(view.name) ?? compileView(view);
  views.set(view.name, present);
  return present;
}
