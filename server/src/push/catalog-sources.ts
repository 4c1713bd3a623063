import { didYouMean, LockstepError, type NamedType, type RepoIR, type SourceIR } from "@lockstep/core";
import { EVERYTHING } from "../auth/grant.js";
import type { Builder } from "../builder.js";
import { pushableSources } from "./pushable-sources.js";

/** What a client must know of a source in order to push its rows. */
export interface CatalogSource {
  readonly name: string;
  readonly description: string | null;
  readonly columns: readonly NamedType[];
}

/** The sources of a repo whose rows may be pushed, as a server of it answers `_catalog_sources`. */
export const sourcesOf = (repo: RepoIR): CatalogSource[] => pushableSources(repo, EVERYTHING).map(catalogSource);

const catalogSource = ({ name, description, columns }: SourceIR): CatalogSource => ({
  name,
  description: description ?? null,
  columns: columns.map((column) => ({ name: column.name, type: column.type })),
});

/** Adds what a caller may push, of which there may be nothing. */
export function addCatalogSources(builder: Builder, pushable: readonly SourceIR[]): void {
  const sources = pushable.map(catalogSource);
  const column = builder.objectRef<NamedType>("CatalogSourceColumn").implement({
    fields: (t) => ({
      name: t.exposeString("name", { nullable: false }),
      type: t.field({ type: "Json", nullable: false, resolve: (c) => JSON.stringify(c.type) }),
    }),
  });
  const source = builder.objectRef<CatalogSource>("CatalogSource").implement({
    fields: (t) => ({
      name: t.exposeString("name", { nullable: false }),
      description: t.exposeString("description", { nullable: true }),
      columns: t.field({ type: [column], nullable: { list: false, items: false }, resolve: (s) => s.columns }),
    }),
  });
  builder.queryFields((t) => ({
    _catalog_sources: t.field({
      type: [source],
      nullable: { list: false, items: false },
      description: "The sources whose rows the caller may push",
      resolve: () => sources,
    }),
    _catalog_source: t.field({
      type: source,
      nullable: false,
      args: { name: t.arg.string({ required: true }) },
      resolve: (_root, { name }) => {
        const found = sources.find((s) => s.name === name);
        if (found) return found;
        throw sourceUnknown(
          name,
          sources.map((s) => s.name),
          "_catalog_source",
        );
      },
    }),
  }));
}

/** The same for what the caller may not know of as for what there is not. */
export const sourceUnknown = (name: string, names: readonly string[], place = `'${name}'`): LockstepError =>
  new LockstepError({
    code: "SOURCE_UNKNOWN",
    place,
    what: `there is no source '${name}' that takes pushes${didYouMean(name, names)}`,
    mend:
      names.length > 0
        ? `choose one of ${names.join(", ")}`
        : "a source takes them where it is declared with `push: true`",
  });
