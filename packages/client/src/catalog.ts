import type { NamedType, TypeIR } from "@lockstep/core";
import { type Connection, callError, post } from "./post.js";

export interface Column {
  readonly column: string;
  /** Its place in a row of the answer. */
  readonly member: string;
  readonly feature: string;
  readonly type: TypeIR;
}

/** What the client knows of its service: how to ask for it and what comes back. */
export interface Catalog {
  readonly name: string;
  /** The GraphQL type of the argument `entities`. */
  readonly entityType: string;
  readonly inputs: readonly NamedType[];
  readonly columns: readonly Column[];
}

interface CatalogService {
  readonly entity_type: string;
  readonly inputs: readonly { readonly name: string; readonly type: string }[];
  readonly columns: readonly {
    readonly column: string;
    readonly path: readonly [member: string, feature: string];
    readonly type: string;
  }[];
}

const QUERY = `query ($name: String!) {
  _catalog_service(name: $name) {
    entity_type
    inputs { name type }
    columns { column path type }
  }
}`;

export async function fetchCatalog(connection: Connection, name: string): Promise<Catalog> {
  const { data, errors } = await post(connection, QUERY, { name });
  if (errors?.[0]) throw callError(errors[0]);
  const found = data?.["_catalog_service"] as CatalogService;
  return {
    name,
    entityType: found.entity_type,
    inputs: found.inputs.map(({ name, type }) => ({ name, type: JSON.parse(type) as TypeIR })),
    columns: found.columns.map(({ column, path: [member, feature], type }) => ({
      column,
      member,
      feature,
      type: JSON.parse(type) as TypeIR,
    })),
  };
}
