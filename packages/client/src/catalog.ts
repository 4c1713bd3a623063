import type { NamedType, TypeIR } from "@lockstep/core";
import { askFor } from "./ask.js";
import type { Connection } from "./post.js";

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
  readonly inputs: readonly WireColumn[];
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
  const found = await askFor<CatalogService>(connection, "_catalog_service", QUERY, { name });
  return {
    name,
    entityType: found.entity_type,
    inputs: found.inputs.map(named),
    columns: found.columns.map(({ column, path: [member, feature], type }) => ({
      column,
      member,
      feature,
      type: JSON.parse(type) as TypeIR,
    })),
  };
}

/** What the client knows of a source whose rows may be pushed. */
export interface SourceCatalog {
  readonly name: string;
  readonly columns: readonly NamedType[];
}

const SOURCE_QUERY = `query ($name: String!) {
  _catalog_source(name: $name) {
    columns { name type }
  }
}`;

export async function fetchSource(connection: Connection, name: string): Promise<SourceCatalog> {
  const { columns } = await askFor<{ columns: readonly WireColumn[] }>(connection, "_catalog_source", SOURCE_QUERY, {
    name,
  });
  return { name, columns: columns.map(named) };
}

interface WireColumn {
  readonly name: string;
  readonly type: string;
}

const named = ({ name, type }: WireColumn): NamedType => ({ name, type: JSON.parse(type) as TypeIR });
