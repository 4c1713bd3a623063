import { didYouMean, LockstepError, type TypeIR } from "@lockstep/core";
import type { Builder } from "./builder.js";
import type { ServiceShape } from "./service-shape.js";

interface CatalogColumn {
  readonly column: string;
  readonly path: readonly string[];
  readonly type: TypeIR;
  readonly description?: string;
}

/** Adds what a client must know of a service in order to ask for it and to restore its values. */
export function addCatalog(builder: Builder, services: readonly ServiceShape[]): void {
  const input = builder.objectRef<ServiceShape["inputs"][number]>("CatalogInput").implement({
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
        resolve: (c) => c.path,
      }),
      type: t.field({ type: "Json", nullable: false, resolve: (c) => JSON.stringify(c.type) }),
      description: t.string({ resolve: (c) => c.description ?? null }),
    }),
  });
  const service = builder.objectRef<ServiceShape>("CatalogService").implement({
    fields: (t) => ({
      name: t.exposeString("name", { nullable: false }),
      description: t.string({ resolve: (s) => s.description || null }),
      entity_type: t.string({
        nullable: false,
        description: "The type of the argument `entities`",
        resolve: (s) => `${s.typeName}Entity`,
      }),
      inputs: t.field({ type: [input], nullable: { list: false, items: false }, resolve: (s) => s.inputs }),
      columns: t.field({ type: [column], nullable: { list: false, items: false }, resolve: columnsOf }),
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
    member.features.map(({ name, column, type, description }) => ({
      column,
      path: [member.name, name],
      type,
      ...(description === undefined ? {} : { description }),
    })),
  );

function serviceNamed(services: readonly ServiceShape[], name: string): ServiceShape {
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
