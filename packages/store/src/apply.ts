import { type AppliedVersion, type Plan, planChanges, type Registry } from "@lockstep/registry";
import type { LocalRepo } from "./compile-local.js";

interface Planned {
  readonly plan: Plan;
  /** The version that the plan was made against. */
  readonly head: AppliedVersion | null;
}

/** What applying the working copy would change. */
export async function planLocal(registry: Registry, local: LocalRepo): Promise<Planned> {
  const { head } = await registry.state();
  return { plan: planChanges(head, local), head };
}

/** Applies the working copy as a new version; none where nothing changes. */
export async function applyLocal(
  registry: Registry,
  local: LocalRepo,
  by: string,
): Promise<{ plan: Plan; version: AppliedVersion | null }> {
  const { plan, head } = await planLocal(registry, local);
  return {
    plan,
    version: plan.isEmpty ? null : await registry.apply(head?.version ?? 0, local.repo, local.bundle, by),
  };
}
