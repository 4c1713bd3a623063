import type { RepoIR } from "@lockstep/core";
import { type Grant, may, scopeOf } from "./grant.js";

/** The repo as a caller may see it: nothing else is in its schema, its catalog or an error's suggestions. */
export function restrictRepo(repo: RepoIR, grant: Grant): RepoIR {
  const services = repo.services.filter((service) => may(grant, "read", service.name));
  if (services.length === repo.services.length) return repo;
  const members = services.flatMap((service) => service.members);
  const views = new Set(members.flatMap((m) => (m.kind === "view" ? [m.view] : [])));
  const onDemands = new Set(members.flatMap((m) => (m.kind === "view" ? [] : [m.onDemand])));
  return {
    ...repo,
    services,
    views: repo.views.filter((view) => views.has(view.name)),
    onDemands: repo.onDemands.filter((onDemand) => onDemands.has(onDemand.name)),
  };
}

/** Something made of an object for a grant: once for each object and each set of permissions. */
export function perScope<S extends object, T>(make: (of: S, grant: Grant) => T): (of: S, grant: Grant) => T {
  const made = new WeakMap<S, Map<string, T>>();
  return (of, grant) => {
    const scopes = made.get(of) ?? new Map<string, T>();
    made.set(of, scopes);
    const scope = scopeOf(grant);
    const present = scopes.get(scope);
    if (present !== undefined) return present;
    const fresh = make(of, grant);
    scopes.set(scope, fresh);
    return fresh;
  };
}
