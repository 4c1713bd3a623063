import type { RepoIR } from "@lockstep/core";
import { EVERYTHING, type Grant } from "./auth/grant.js";
import { perScope, restrictRepo } from "./auth/restrict-repo.js";
import type { GraphQLSchema } from "./graphql.js";
import type { Limits } from "./limits/limits.js";
import { type ColumnOwners, columnOwners } from "./metrics/count-values.js";
import { QueryPlans } from "./query-plans.js";
import { buildSchema } from "./schema.js";

/** What follows from a version of the repo, for callers of the same permissions. */
export interface Version {
  readonly schema: GraphQLSchema;
  readonly plans: QueryPlans;
  readonly owners: ColumnOwners;
}

export type Versions = (grant: Grant) => Version | Promise<Version>;

/** Built once for each version and each set of permissions: again only when the repo is another object. */
export function versions(repo: RepoIR | (() => RepoIR | Promise<RepoIR>), limits: Limits): Versions {
  const of = perScope((whole, grant): Version => {
    const seen = restrictRepo(whole, grant);
    const schema = buildSchema(seen);
    return { schema, plans: new QueryPlans(schema, seen, limits), owners: columnOwners(seen) };
  });
  if (typeof repo !== "function") {
    of(repo, EVERYTHING);
    return (grant) => of(repo, grant);
  }
  return (grant) => {
    const now = repo();
    return now instanceof Promise ? now.then((r) => of(r, grant)) : of(now, grant);
  };
}
