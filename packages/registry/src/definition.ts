import { columnsRead, exprColumns, type FeatureIR, type RepoIR, type SourceIR, type ViewIR } from "@lockstep/core";
import { canonicalJson } from "./canonical-json.js";
import { sha256 } from "./sha256.js";

/**
 * All that decides the bytes that a view has in the online store, as canonical JSON. Features stand in their order,
 * because the codec goes by it, and without their names. What is applied when reading (ttl) or only said (owner,
 * freshness, lookback, ...) is not in it, nor are the source's columns that the view does not read.
 */
export const viewDefinition = (view: ViewIR, source: SourceIR): string =>
  canonicalJson({
    entity: view.entity,
    keys: view.keys,
    asOf: view.asOf,
    features: view.features.map(materialized),
    source: {
      kind: source.kind,
      path: source.path,
      columns: columnsNeeded(view, source),
      eventTime: source.eventTime,
      knownAt: source.knownAt,
      ...(source.id ? { id: source.id } : {}),
      ...(source.version === undefined ? {} : { version: source.version }),
      ...(source.deleted === undefined ? {} : { deleted: source.deleted }),
      ...(source.push ? { push: true } : {}),
    },
  });

export const definitionHash = (view: ViewIR, source: SourceIR): string => sha256(viewDefinition(view, source));

/** The hash of a repo's view by its name, or null where there is none. */
export function definitionOf(repo: RepoIR, name: string): string | null {
  const view = repo.views.find((v) => v.name === name);
  const source = repo.sources.find((s) => s.name === view?.source);
  return view && source ? definitionHash(view, source) : null;
}

const materialized = ({ name: _, description: __, deprecated: ___, ...rest }: FeatureIR) => rest;

/** In the source's order, which settles ties between events. */
function columnsNeeded(view: ViewIR, source: SourceIR): SourceIR["columns"] {
  const read = new Set([
    source.eventTime,
    ...view.keys.map((k) => k.column),
    ...[...(source.id ?? []), source.version, source.deleted].filter((c) => c !== undefined),
    ...columnsRead(view.features),
    ...(source.knownAt ? exprColumns(source.knownAt) : []),
  ]);
  return source.columns.filter((c) => read.has(c.name));
}
