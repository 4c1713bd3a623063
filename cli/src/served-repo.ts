import type { RepoIR } from "@lockstep/core";
import type { FeatureStore } from "lockstep";

/**
 * The repo that is served: a new one, once its views are materialized, within `everyMs`. A version is always the same object, from which the
 * server tells that its schema still holds; and where the registry can't be read, what was served goes on.
 */
export function servedRepo(store: Pick<FeatureStore, "served">, clock: () => number, everyMs = 2_000) {
  let served: { readonly version: number; readonly repo: RepoIR } | undefined;
  let asked = -Infinity;
  return async (): Promise<RepoIR> => {
    if (served && clock() - asked < everyMs) return served.repo;
    asked = clock();
    try {
      const applied = await store.served();
      if (applied.version !== served?.version) served = applied;
    } catch (error) {
      if (!served) throw error;
    }
    return served.repo;
  };
}
