/** What a caller may be allowed to do. `operate`: read the metrics, and the details of `/readyz`. */
export const OPERATIONS = ["read", "push", "introspect", "operate"] as const;
export type Operation = (typeof OPERATIONS)[number];

type Services = ReadonlySet<string> | "all";

/** What a caller may do, and with which feature services. */
export type Grant = ReadonlyMap<Operation, Services>;

/** A grant as a configuration says it: all services, and only reading, where it says nothing. */
export interface GrantSettings {
  readonly services?: readonly string[] | undefined;
  readonly operations?: readonly Operation[] | undefined;
}

export const grantOf = ({ services, operations = ["read"] }: GrantSettings): Grant =>
  new Map(operations.map((operation) => [operation, services ? new Set(services) : "all"]));

export const EVERYTHING: Grant = grantOf({ operations: OPERATIONS });

/** What any of the grants allows. */
export function union(grants: readonly Grant[]): Grant {
  const all = new Map<Operation, Services>();
  for (const [operation, services] of grants.flatMap((grant) => [...grant])) {
    const before = all.get(operation);
    if (services === "all" || before === "all") all.set(operation, "all");
    else all.set(operation, new Set([...(before ?? []), ...services]));
  }
  return all;
}

/** With any service, where none is named. */
export function may(grant: Grant, operation: Operation, service?: string): boolean {
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

function listed(grant: Grant, operation: Operation): string {
  const services = grant.get(operation) ?? new Set<string>();
  return services === "all" ? "all" : JSON.stringify([...services].sort());
}
