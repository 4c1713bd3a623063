import { columnsRead, type RepoIR, type SourceIR, stateLayout, type TypeIR, type ViewIR } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { type Events, eventsSql, idColumn, keyColumn, tieNames } from "./lower/events.js";
import { newestFirst } from "./lower/versions.js";

export interface IdIndexRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly view: ViewIR;
  readonly relation: (source: SourceIR) => string;
  readonly watermark: bigint;
  /** Sorted, much as the ids' bytes are: for a store to which that matters. */
  readonly ordered?: boolean;
}

/** What the query's columns are, in order: `at`, `knownAt` and `deleted` come before the ties. */
export interface EntryColumns {
  readonly id: readonly TypeIR[];
  readonly key: readonly TypeIR[];
  /** Null where knownAt is the version. */
  readonly version: TypeIR | null;
  readonly ties: readonly TypeIR[];
}

export function entryColumns(view: ViewIR): EntryColumns {
  const { ledger } = stateLayout(view);
  if (!ledger) throw new Error(`rows of '${view.name}' can't be pushed`);
  return { id: ledger.id, key: ledger.keys, version: ledger.version, ties: ledger.ties.map((tie) => tie.type) };
}

/** For each id of the source the version that is the event at the watermark, a deletion and one without a key too. */
export function idIndexSql({ dialect, repo, view, relation, watermark, ordered }: IdIndexRequest): string {
  const source = repo.sources.find((s) => s.name === view.source) as SourceIR;
  const events: Events = {
    dialect,
    view,
    source,
    layout: stateLayout(view),
    reads: columnsRead(view.features),
    relation: relation(source),
    knownBy: String(watermark),
  };
  const columns = entryColumns(view);
  const ids = columns.id.map((_, i) => idColumn(i));
  const order = columns.id.flatMap((type, i) => dialect.byteOrderTerms(type, idColumn(i)));
  return `SELECT ${entryFields(events, columns).join(", ")} FROM (
  SELECT *, row_number() OVER (PARTITION BY ${ids.join(", ")} ORDER BY ${newestFirst(events).join(", ")}) AS place
  FROM (${eventsSql(events, { ranked: true, keyless: true })})
) WHERE place = 1${ordered ? ` ORDER BY ${order.join(", ")}` : ""}`;
}

function entryFields(events: Events, { id, key, version, ties }: EntryColumns): string[] {
  const { dialect } = events;
  const names = tieNames(events);
  return [
    ...id.map((type, i) => dialect.emit(type, idColumn(i))),
    ...key.map((type, i) => dialect.emit(type, keyColumn(i))),
    ...(version ? [dialect.emit(version, "v0")] : []),
    "et",
    "ka",
    "del",
    ...ties.map((type, i) => dialect.emit(type, names[i] ?? "")),
  ];
}
