import { SERVER_OPERATIONS, type ServerGrant, type ServerOperation } from "@lockstep/core";

type Services = ReadonlySet<string> | "all";

/** What a caller may do, and with which feature services. */
export type Grant = ReadonlyMap<ServerOperation, Services>;

/** All services, and only reading, where a configuration says nothing. */
export const grantOf = ({ services, operations = ["read"] }: ServerGrant): Grant =>
  new Map(operations.map((operation) => [operation, services ? new Set(services) : "all"]));

export const EVERYTHING: Grant = grantOf({ operations: SERVER_OPERATIONS });

/** What any of the grants allows. */
export function union(grants: readonly Grant[]): Grant {
  const all = new Map<ServerOperation, Services>();
  for (const [operation, services] of grants.flatMap((grant) => [...grant])) {
    const before = all.get(operation);
    if (services === "all" || before === "all") all.set(operation, "all");
    else all.set(operation, new Set([...(before ?? []), ...services]));
  }
  return all;
}

/** With any service, where none is named. */
export function may(grant: Grant, operation: ServerOperation, service?: string): boolean {
  const services = grant.get(operation);
  return services !== undefined && (service === undefined || services === "all" || services.has(service));
}

const scopes = new WeakMap<Grant, string>();

/** The same text for grants that see the same schema. */
export function scopeOf(grant: Grant): string {
  const known = scopes.get(grant);
  if (known !== undefined) return known;
  const scope = `read ${listed(grant, "read")} push ${listed(grant, "push")}`;
  scopes.set(grant, scope);
  return scope;
}

function listed(grant: Grant, operation: ServerOperation): string {
  const services = grant.get(operation) ?? new Set<string>();
  return services === "all" ? "all" : JSON.stringify([...services].sort());
}
