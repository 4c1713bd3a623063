import { SERVER_OPERATIONS, type ServerGrant, type ServerOperation } from "@lockstep/core";

type Names = ReadonlySet<string> | "all";

/** What a caller may do, and with which feature services; of `push`: with which sources. */
export type Grant = ReadonlyMap<ServerOperation, Names>;

/** All services, and only reading, where a configuration says nothing. Sources are named. */
export const grantOf = ({ services, operations = ["read"], sources = [] }: ServerGrant): Grant =>
  new Map(
    operations.map((operation) => [
      operation,
      operation === "push" ? new Set(sources) : services ? new Set(services) : "all",
    ]),
  );

export const EVERYTHING: Grant = new Map(SERVER_OPERATIONS.map((operation) => [operation, "all"]));

/** What any of the grants allows. */
export function union(grants: readonly Grant[]): Grant {
  const all = new Map<ServerOperation, Names>();
  for (const [operation, names] of grants.flatMap((grant) => [...grant])) {
    const before = all.get(operation);
    if (names === "all" || before === "all") all.set(operation, "all");
    else all.set(operation, new Set([...(before ?? []), ...names]));
  }
  return all;
}

/** With any service or source, where none is named. */
export function may(grant: Grant, operation: ServerOperation, name?: string): boolean {
  const names = grant.get(operation);
  return names !== undefined && (name === undefined || names === "all" || names.has(name));
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
  const names = grant.get(operation) ?? new Set<string>();
  return names === "all" ? "all" : JSON.stringify([...names].sort());
}
