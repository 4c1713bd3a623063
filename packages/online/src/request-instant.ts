import type { Instant } from "@lockstep/core";
import type { CellState } from "./cell-states.js";
import { beforeWatermark } from "./evaluate-state.js";
import type { Cell } from "./key-reads.js";
import type { KeyState } from "./key-state.js";
import { LatestState } from "./latest-state.js";
import { stampsOf } from "./mark.js";
import { notMaterialized } from "./not-materialized.js";
import { isFailure } from "./outcome.js";
import type { ServicePlan, ViewRead } from "./service-plan.js";
import { type CompletedRuns, compareStamps, type Mark, type ReadResult, type Stamp } from "./store.js";
import { storeRolledBack } from "./store-rolled-back.js";

/** The greatest T of the views, once all of them are known to be materialized; null where there is no view. */
export function watermarkOf(
  { views }: ServicePlan,
  published: ReadResult["published"],
  completed: CompletedRuns,
): Instant | null {
  const missing = views.filter((v) => !published.has(v.generation));
  if (missing.length > 0) throw notMaterialized(viewNames(missing));
  const older = views.filter((v) => isRolledBack(published.get(v.generation), completed.get(v.generation)));
  if (older.length > 0) throw storeRolledBack(...viewNames(older).map((view) => `view '${view}'`));
  return views.reduce<Instant | null>((most, v) => later(most, published.get(v.generation)?.t), null);
}

/** True where the store is at an earlier run than one that is known to be complete. */
export const isRolledBack = (published: Stamp | undefined, completed: Stamp | undefined): boolean =>
  published !== undefined && completed !== undefined && compareStamps(published, completed) < 0;

const viewNames = (views: readonly ViewRead[]): string[] => [...new Set(views.map((v) => v.view.name))];

export interface RequestInstant {
  /** What a request asks for, or the latest of now and the watermarks of all that it read. */
  readonly t: Instant;
  /** The cells, by index, whose state is of a run under way. */
  readonly ahead: readonly number[];
}

/** The one instant of a request. */
export function requestInstant(
  asked: Instant | undefined,
  now: () => Instant,
  plan: ServicePlan,
  published: ReadResult["published"],
  cells: readonly Cell[],
  states: readonly CellState[],
): RequestInstant {
  let t = asked ?? now();
  const ahead: number[] = [];
  const seen = (view: string, watermark: Instant) => {
    if (t >= watermark) return;
    if (asked !== undefined) throw beforeWatermark(view, asked, watermark);
    t = watermark;
  };
  for (const { view, generation } of plan.views) seen(view.name, published.get(generation)?.t ?? t);
  for (const [i, state] of states.entries()) {
    if (!state || isFailure(state)) continue;
    const { view, generation } = (cells[i] as Cell).view;
    const mark = published.get(generation);
    if (isBehind(state, mark)) continue;
    const { stamp } = state;
    seen(view.name, stamp.t);
    if (mark !== undefined && compareStamps(stamp, mark) > 0) ahead.push(i);
  }
  return { t, ahead };
}

/** Most states are of the mark's run, or an earlier one, and the mark has been looked at. */
const isBehind = (state: KeyState, mark: Mark | undefined): boolean =>
  mark !== undefined && state instanceof LatestState && !state.isAfter(stampsOf(mark).own);

const later = (a: Instant | null, b: Instant | undefined): Instant | null =>
  b === undefined || (a !== null && a >= b) ? a : b;
