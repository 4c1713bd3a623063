import { type AppliedVersion, type Plan, planChanges, type Registry } from "@lockstep/registry";
import type { LocalRepo } from "./compile-local.js";

/** What applying the working copy would change, and the version that was looked at. */
export async function planLocal(
  registry: Registry,
  local: LocalRepo,
): Promise<{ plan: Plan; head: AppliedVersion | null }> {
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
  if (plan.isEmpty && !plan.codeChanged) return { plan, version: null };
  return { plan, version: await registry.apply(head?.version ?? 0, local.repo, local.bundle, by) };
}
