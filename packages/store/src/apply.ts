import { createHash } from "node:crypto";
import { type AppliedVersion, type Plan, planChanges, type Registry } from "@lockstep/registry";
import type { LocalRepo } from "./compile-local.js";

/** What applying the working copy would change. */
export async function planLocal(registry: Registry, local: LocalRepo): Promise<Plan> {
  const { head } = await registry.state();
  return planChanges(head, local.repo, createHash("sha256").update(local.bundle).digest("hex"));
}

/** Applies the working copy as a new version; none where nothing changes. */
export async function applyLocal(
  registry: Registry,
  local: LocalRepo,
  by: string,
): Promise<{ plan: Plan; version: AppliedVersion | null }> {
  const plan = await planLocal(registry, local);
  return { plan, version: plan.isEmpty ? null : await registry.apply(plan.base, local.repo, local.bundle, by) };
}
