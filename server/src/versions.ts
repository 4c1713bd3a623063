import type { RepoIR } from "@lockstep/core";
import { EVERYTHING, type Grant } from "./auth/grant.js";
import { perScope, restrictRepo } from "./auth/restrict-repo.js";
import type { GraphQLSchema } from "./graphql.js";
import type { Limits } from "./limits/limits.js";
import { type ColumnOwners, columnOwners } from "./metrics/count-values.js";
import { pushableSources } from "./push/pushable-sources.js";
import type { PushScope } from "./push/request-pusher.js";
import { QueryPlans } from "./query-plans.js";
import { buildSchema } from "./schema.js";
import { type ServiceShape, serviceShapes } from "./service-shape.js";

/** What follows from a version of the repo, for callers of the same permissions. */
export interface Version {
  readonly schema: GraphQLSchema;
  readonly services: readonly ServiceShape[];
  readonly plans: QueryPlans;
  readonly owners: ColumnOwners;
  readonly pushes: PushScope;
}

export type Versions = (grant: Grant) => Version | Promise<Version>;

/** Built once for each version and each set of permissions: again only when the repo is another object. */
export function versions(repo: RepoIR | (() => RepoIR | Promise<RepoIR>), limits: Limits, push = false): Versions {
  const of = perScope((whole, grant): Version => {
    const seen = restrictRepo(whole, grant);
    const sources = push ? pushableSources(whole, grant) : [];
    const schema = buildSchema(seen, sources);
    const services = serviceShapes(seen);
    const plans = new QueryPlans(schema, services, limits);
    const pushes = { sources: sources.map((s) => s.name), views: seen.views.map((v) => v.name) };
    return { schema, services, plans, owners: columnOwners(seen), pushes };
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
