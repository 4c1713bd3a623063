import type { NamedType, RepoIR, SourceIR, TypeIR, ViewIR } from "@lockstep/core";
import { columnsRead, stateLayout } from "@lockstep/core";
import type { Dialect } from "./dialects/dialect.js";
import { type Events, eventsSql, idColumn, inputColumn, keyColumn, rowColumns, tieNames } from "./lower/events.js";
import { newestFirst } from "./lower/versions.js";

export interface EntriesRequest {
  readonly dialect: Dialect;
  readonly repo: RepoIR;
  readonly view: ViewIR;
  readonly relation: (source: SourceIR) => string;
}

/** What the entry queries' columns are, in order. */
export interface EntryColumns {
  readonly id: readonly TypeIR[];
  readonly key: readonly TypeIR[];
  /** Null where knownAt is the version. */
  readonly version: TypeIR | null;
  readonly ties: readonly TypeIR[];
  readonly inputs: readonly TypeIR[];
}

/** A view's versions are described as its layout's ledger does; the query has `at`, `knownAt` and `deleted` before the ties. */
export function entryColumns(view: ViewIR): EntryColumns {
  const { ledger, inputs } = stateLayout(view);
  if (!ledger) throw new Error(`rows of '${view.name}' can't be pushed`);
  return {
    id: ledger.id,
    key: ledger.keys,
    version: ledger.version,
    ties: ledger.ties.map((tie) => tie.type),
    inputs: inputs.map((input) => input.type),
  };
}

export interface IdIndexRequest extends EntriesRequest {
  readonly watermark: bigint;
  /** Sorted, much as the ids' bytes are: for a store to which that matters. */
  readonly ordered?: boolean;
}

/** For each id of the source the version that is the event at the watermark, a deletion and one without a key too. */
export function idIndexSql(request: IdIndexRequest): string {
  const events = eventsOf(request, request.relation, String(request.watermark));
  const ids = (events.source.id ?? []).map((_, i) => idColumn(i));
  const order = entryColumns(request.view).id.flatMap((type, i) => request.dialect.byteOrderTerms(type, idColumn(i)));
  return `SELECT ${entryFields(events).join(", ")} FROM (
  SELECT *, row_number() OVER (PARTITION BY ${ids.join(", ")} ORDER BY ${newestFirst(events).join(", ")}) AS place
  FROM (${eventsSql(events, { ranked: true, keyless: true })})
) WHERE place = 1${request.ordered ? ` ORDER BY ${order.join(", ")}` : ""}`;
}

/**
 * Rows that are given, in a table of the source's columns and `__row`: that, then what an entry is made of, and at last
 * the view's inputs. A null id, event time or knownAt is the caller's to refuse.
 */
export function pushedRowsSql(request: EntriesRequest): string {
  const events = eventsOf(request, request.relation, null);
  const { dialect, layout } = events;
  const inputs = layout.inputs.map(({ type }, i) => dialect.emit(type, inputColumn(i)));
  return `SELECT __row, ${[...entryFields(events), ...inputs].join(", ")} FROM (
  SELECT __row, ${rowColumns(events, { ranked: true }).join(", ")} FROM ${events.relation}
) ORDER BY __row`;
}

/** The columns of such a table. */
export const pushedColumns = (source: SourceIR): NamedType[] =>
  source.columns.map(({ name, type }) => ({ name, type }));

function eventsOf(
  { dialect, repo, view }: EntriesRequest,
  relation: EntriesRequest["relation"],
  knownBy: string | null,
): Events {
  const source = repo.sources.find((s) => s.name === view.source) as SourceIR;
  const reads = columnsRead(view.features);
  return { dialect, view, source, layout: stateLayout(view), reads, relation: relation(source), knownBy };
}

function entryFields(events: Events): string[] {
  const { dialect, view } = events;
  const { id, key, version, ties } = entryColumns(view);
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
