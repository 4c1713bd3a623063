import { didYouMean, LockstepError, type RepoIR, type TypeIR } from "@lockstep/core";
import type { Builder } from "./builder.js";
import { type CatalogSource, sourcesOf } from "./push/catalog-sources.js";
import { type ServiceShape, serviceShapes } from "./service-shape.js";

interface CatalogColumn {
  readonly column: string;
  readonly path: readonly [member: string, feature: string];
  readonly type: TypeIR;
  readonly description: string | null;
  /** Why it should not be asked for any more, and what instead. */
  readonly deprecated: string | null;
}

/** What a client must know of a service in order to ask for it and to restore its values. */
export interface CatalogService {
  readonly name: string;
  readonly description: string | null;
  readonly entityType: string;
  readonly inputs: ServiceShape["inputs"];
  readonly columns: readonly CatalogColumn[];
}

/** What there is to ask for, and what may be pushed. */
export interface Catalog {
  readonly services: readonly CatalogService[];
  readonly sources: readonly CatalogSource[];
}

/** The catalog of a repo, as a server of it answers `_catalog` and `_catalog_sources` to who may do anything. */
export const catalogOf = (repo: RepoIR): Catalog => ({
  services: serviceShapes(repo).map(catalogService),
  sources: sourcesOf(repo),
});

const catalogService = (service: ServiceShape): CatalogService => ({
  name: service.name,
  description: service.description || null,
  entityType: `${service.typeName}Entity`,
  inputs: service.inputs,
  columns: columnsOf(service),
});

export function addCatalog(builder: Builder, shapes: readonly ServiceShape[]): void {
  const services = shapes.map(catalogService);
  const input = builder.objectRef<CatalogService["inputs"][number]>("CatalogInput").implement({
    fields: (t) => ({
      name: t.exposeString("name", { nullable: false }),
      type: t.field({ type: "Json", nullable: false, resolve: (i) => JSON.stringify(i.type) }),
      role: t.exposeString("role", { nullable: false, description: "key or request" }),
    }),
  });
  const column = builder.objectRef<CatalogColumn>("CatalogColumn").implement({
    fields: (t) => ({
      column: t.exposeString("column", { nullable: false, description: "Its name in a training frame" }),
      path: t.field({
        type: ["String"],
        nullable: { list: false, items: false },
        description: "Its place in a row: member and feature",
        resolve: (c) => [...c.path],
      }),
      type: t.field({ type: "Json", nullable: false, resolve: (c) => JSON.stringify(c.type) }),
      description: t.exposeString("description", { nullable: true }),
      deprecated: t.exposeString("deprecated", {
        nullable: true,
        description: "Why it should not be asked for any more, and what instead",
      }),
    }),
  });
  const service = builder.objectRef<CatalogService>("CatalogService").implement({
    fields: (t) => ({
      name: t.exposeString("name", { nullable: false }),
      description: t.exposeString("description", { nullable: true }),
      entity_type: t.exposeString("entityType", {
        nullable: false,
        description: "The type of the argument `entities`",
      }),
      inputs: t.field({ type: [input], nullable: { list: false, items: false }, resolve: (s) => s.inputs }),
      columns: t.field({ type: [column], nullable: { list: false, items: false }, resolve: (s) => s.columns }),
    }),
  });
  builder.queryFields((t) => ({
    _catalog: t.field({
      type: [service],
      nullable: { list: false, items: false },
      description: "All feature services",
      resolve: () => services,
    }),
    _catalog_service: t.field({
      type: service,
      nullable: false,
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }) => serviceNamed(services, name),
    }),
  }));
}

/** A service's columns, in the order of its training frames. */
const columnsOf = (service: ServiceShape): CatalogColumn[] =>
  service.members.flatMap((member) =>
    member.features.map(({ name, column, type, description, deprecated }) => ({
      column,
      path: [member.name, name],
      type,
      description: description ?? null,
      deprecated: deprecated ?? null,
    })),
  );

function serviceNamed(services: readonly CatalogService[], name: string): CatalogService {
  const found = services.find((s) => s.name === name);
  if (found) return found;
  const names = services.map((s) => s.name);
  throw new LockstepError({
    code: "SERVICE_UNKNOWN",
    place: "_catalog_service",
    what: `there is no feature service '${name}'${didYouMean(name, names)}`,
    mend: names.length > 0 ? `choose one of ${names.join(", ")}` : "none is applied yet",
  });
}
