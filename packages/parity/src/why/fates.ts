import { type FeaturePlan, needsOrderOfEvents, type Value, type ViewIR } from "@lockstep/core";
import type { HistoryRow } from "../key-history.js";
import { type Bounds, boundsAt, isAfter, isBefore } from "./bounds.js";

/** Why a row counts for a feature at an instant, or why it doesn't. */
export type Fate =
  | "counts"
  | "no event time"
  | "no knownAt"
  | "no id"
  | "not known yet"
  | "known after T"
  | "pushed only"
  | "superseded"
  | "moved"
  | "deleted"
  | "a deletion"
  | "another key"
  | "before the window"
  | "after the window"
  | "after t"
  | "where is false"
  | "where is null"
  | "null"
  | "an earlier event"
  | "loses the tie"
  | "expired";

export interface Judgement {
  readonly fate: Fate;
  /** The version that took its place. */
  readonly by: HistoryRow | null;
}

/**
 * Who asks: at `t`, of what was known by `knownBy` and of what was pushed since. Null: of what the source has by `t`.
 */
export interface Moment {
  readonly t: bigint;
  readonly knownBy: bigint | null;
}

/** The fate of each of a key's rows, which are in the order of events. */
export function fatesOf(view: ViewIR, plan: FeaturePlan, rows: readonly HistoryRow[], moment: Moment): Judgement[] {
  const current = currentVersions(rows, moment);
  const existing = rows.map((row): Judgement => existence(row, moment, current));
  if (plan.kind === "window") {
    const bounds = boundsAt(plan.feature.window, moment.t);
    return existing.map((judged, i) =>
      judged.fate === "counts" ? of(windowFate(plan, bounds, moment.t, rows[i] as HistoryRow)) : judged,
    );
  }
  return latestFates(view, rows, existing, moment.t);
}

const of = (fate: Fate, by: HistoryRow | null = null): Judgement => ({ fate, by });

/** Each id's greatest version that is known. */
function currentVersions(rows: readonly HistoryRow[], moment: Moment): ReadonlyMap<bigint, HistoryRow> {
  const current = new Map<bigint, HistoryRow>();
  for (const row of rows) {
    if (row.id === null || row.newness === null || !isKnown(row, moment)) continue;
    const other = current.get(row.id);
    if (!other || row.newness < (other.newness as bigint)) current.set(row.id, row);
  }
  return current;
}

function isKnown({ ka, from }: HistoryRow, { t, knownBy }: Moment): boolean {
  if (ka === null || ka > t) return false;
  return knownBy === null || ka <= knownBy ? from !== "pushed" : from !== "source";
}

/** Section 2 of docs/semantics.md: `counts` for a row that is an event of the key. */
function existence(row: HistoryRow, moment: Moment, current: ReadonlyMap<bigint, HistoryRow>): Judgement {
  if (row.et === null) return of("no event time");
  if (row.ka === null) return of("no knownAt");
  if (row.newness === null) return of("no id");
  if (row.ka > moment.t) return of("not known yet");
  if (!isKnown(row, moment)) return of(row.from === "pushed" ? "pushed only" : "known after T");
  const now = row.id === null ? undefined : current.get(row.id);
  if (now && now !== row) return of(now.deleted ? "deleted" : now.own ? "superseded" : "moved", now);
  if (row.deleted) return of("a deletion");
  return of(row.own ? "counts" : "another key");
}

type WindowPlan = Extract<FeaturePlan, { kind: "window" }>;

function windowFate({ feature, specs }: WindowPlan, bounds: Bounds, t: bigint, row: HistoryRow): Fate {
  const et = row.et as bigint;
  if (isBefore(bounds, et)) return "before the window";
  if (isAfter(bounds, et)) return et > t ? "after t" : "after the window";
  const [spec] = specs;
  const where = spec?.where ?? null;
  if (where !== null && row.inputs[where] !== true)
    return row.inputs[where] === null ? "where is null" : "where is false";
  const value: Value = spec?.input == null ? null : (row.inputs[spec.input] ?? null);
  const nullsStay = feature.argument === null || (needsOrderOfEvents(feature) && !feature.ignoreNulls);
  return value === null && !nullsStay ? "null" : "counts";
}

/** Section 4: of the visible events the greatest wins. */
function latestFates(
  view: ViewIR,
  rows: readonly HistoryRow[],
  existing: readonly Judgement[],
  t: bigint,
): Judgement[] {
  const isVisible = (et: bigint) => (view.asOf === "<" ? et < t : et <= t);
  const visible = existing.map(({ fate }, i) => fate === "counts" && isVisible(rows[i]?.et as bigint));
  const winner = visible.lastIndexOf(true);
  const at = rows[winner]?.et ?? null;
  return existing.map((judged, i) => {
    if (judged.fate !== "counts") return judged;
    if (!visible[i]) return of("after t");
    const by = rows[winner] as HistoryRow;
    if (i !== winner) return of(rows[i]?.et === at ? "loses the tie" : "an earlier event", by);
    return of(view.ttl !== null && t - (at as bigint) > BigInt(view.ttl) ? "expired" : "counts");
  });
}
