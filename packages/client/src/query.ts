import type { TypeIR } from "@lockstep/core";
import type { Catalog, Column } from "./catalog.js";
import { LockstepClientError } from "./error.js";

/** What a call wants of a service; no columns: all. */
export interface Wanted {
  readonly columns?: readonly string[] | undefined;
  readonly statuses: boolean;
}

export interface Query {
  readonly service: string;
  readonly columns: readonly Column[];
  readonly text: string;
}

const built = new WeakMap<Catalog, Map<string, Query>>();

/** The query for what is wanted, built once. */
export function queryOf(catalog: Catalog, wanted: Wanted): Query {
  const queries = built.get(catalog) ?? new Map<string, Query>();
  built.set(catalog, queries);
  const key = JSON.stringify(wanted);
  const query = queries.get(key) ?? build(catalog, wanted);
  queries.set(key, query);
  return query;
}

function build(catalog: Catalog, wanted: Wanted): Query {
  const columns = wanted.columns ? chosen(catalog, wanted.columns) : catalog.columns;
  return { service: catalog.name, columns, text: textOf(catalog, columns, wanted.statuses) };
}

function chosen({ name: service, columns }: Catalog, names: readonly string[]): Column[] {
  const unknown = names.find((name) => !columns.some((c) => c.column === name));
  if (unknown === undefined) return columns.filter((c) => names.includes(c.column));
  throw new LockstepClientError({
    code: "COLUMN_UNKNOWN",
    place: service,
    message: `feature service '${service}' has no column '${unknown}'`,
    mend: `it has ${columns.map((c) => c.column).join(", ")}`,
  });
}

function textOf({ name: service, entityType }: Catalog, columns: readonly Column[], statuses: boolean): string {
  const members = [...new Set(columns.map((c) => c.member))].map((member) => {
    const features = columns.filter((c) => c.member === member);
    const lines = features.map((c) => `        ${c.feature}${selectionOf(c.type)}`);
    if (statuses) lines.push(`        _statuses { ${features.map((c) => c.feature).join(" ")} }`);
    return `      ${member} {\n${lines.join("\n")}\n      }`;
  });
  return `query ${service}($entities: [${entityType}!]!, $at: Timestamp) {
  ${service}(entities: $entities, at: $at) {
    t
    watermark
    rows {
${members.length > 0 ? members.join("\n") : "      __typename"}
    }
  }
}
`;
}

function selectionOf(type: TypeIR): string {
  if (type.kind === "list") return selectionOf(type.element);
  if (type.kind !== "struct") return "";
  return ` { ${type.fields.map((f) => f.name + selectionOf(f.type)).join(" ")} }`;
}
