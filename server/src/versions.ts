import type { RepoIR } from "@lockstep/core";
import type { Serving } from "@lockstep/online";
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

/** What is served at a moment. A reader is told it where it has more than the repo. */
export type Served = Serving | { readonly repo: RepoIR };

/** What is served; a function where a new version may be applied while the server runs. */
export type ServedRepo = RepoIR | (() => Served | Promise<Served>);

/** What follows from what is served, for callers of the same permissions. */
export interface Version {
  /** What the reads of a request that is of this version are of, too. */
  readonly serving: Serving | undefined;
  readonly schema: GraphQLSchema;
  readonly services: readonly ServiceShape[];
  readonly plans: QueryPlans;
  readonly owners: ColumnOwners;
  readonly pushes: PushScope;
}

export type Versions = (grant: Grant) => Version | Promise<Version>;

/** Built once for each version and each set of permissions: again only when what is served is another object. */
export function versions(repo: ServedRepo, limits: Limits, push = false): Versions {
  const of = perScope((served: Served, grant): Version => {
    const seen = restrictRepo(served.repo, grant);
    const sources = push ? pushableSources(served.repo, grant) : [];
    const schema = buildSchema(seen, sources);
    const services = serviceShapes(seen);
    const serving = "generations" in served ? served : undefined;
    const plans = new QueryPlans(schema, services, limits);
    const pushes = { sources: sources.map((s) => s.name), views: seen.views.map((v) => v.name) };
    return { serving, schema, services, plans, owners: columnOwners(seen), pushes };
  });
  if (typeof repo !== "function") {
    const served = { repo };
    of(served, EVERYTHING);
    return (grant) => of(served, grant);
  }
  return (grant) => {
    const now = repo();
    return now instanceof Promise ? now.then((served) => of(served, grant)) : of(now, grant);
  };
}
