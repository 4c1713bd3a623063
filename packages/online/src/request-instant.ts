import type { Instant } from "@lockstep/core";
import type { CellState } from "./cell-states.js";
import { beforeWatermark } from "./evaluate-state.js";
import type { Cell } from "./key-reads.js";
import { notMaterialized } from "./not-materialized.js";
import { isFailure } from "./outcome.js";
import type { ServicePlan } from "./service-plan.js";
import type { ReadResult } from "./store.js";

/** The greatest T of the views, once all of them are known to be materialized; null where there is no view. */
export function watermarkOf({ views }: ServicePlan, published: ReadResult["published"]): Instant | null {
  const missing = new Set(views.filter((v) => !published.has(v.generation)).map((v) => v.view.name));
  if (missing.size > 0) throw notMaterialized([...missing]);
  return views.reduce<Instant | null>((most, v) => later(most, published.get(v.generation)?.t), null);
}

/** The one instant of a request: what it asks for, or the latest of now and the watermarks of all that it read. */
export function requestInstant(
  asked: Instant | undefined,
  now: () => Instant,
  plan: ServicePlan,
  published: ReadResult["published"],
  cells: readonly Cell[],
  states: readonly CellState[],
): Instant {
  let t = asked ?? now();
  const seen = (view: string, watermark: Instant) => {
    if (t >= watermark) return;
    if (asked !== undefined) throw beforeWatermark(view, asked, watermark);
    t = watermark;
  };
  for (const { view, generation } of plan.views) seen(view.name, published.get(generation)?.t ?? t);
  for (const [i, state] of states.entries()) {
    if (state && !isFailure(state)) seen(cells[i]?.view.view.name ?? "", state.stamp.t);
  }
  return t;
}

const later = (a: Instant | null, b: Instant | undefined): Instant | null =>
  b === undefined || (a !== null && a >= b) ? a : b;
