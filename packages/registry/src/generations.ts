import type { RepoIR } from "@lockstep/core";
import { definitionOf } from "./definition.js";
import type { AppliedVersion } from "./registry.js";

/**
 * The generation of each view of a repo that comes after these versions: the newest version's while the materialized
 * definition is unchanged, otherwise a number that no version ever had.
 */
export function nextGenerations(versions: readonly AppliedVersion[], repo: RepoIR): Record<string, number> {
  const head = versions.at(-1);
  let greatest = Math.max(0, ...versions.map((v) => Math.max(0, ...Object.values(v.generations))));
  const generationOf = (name: string): number => {
    const current = head?.generations[name];
    const same = head !== undefined && definitionOf(head.repo, name) === definitionOf(repo, name);
    return current !== undefined && same ? current : ++greatest;
  };
  return Object.fromEntries(repo.views.map(({ name }) => [name, generationOf(name)]));
}
