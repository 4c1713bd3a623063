import type { AheadState, AnsweredView } from "./answer.js";
import type { CellState } from "./cell-states.js";
import type { KeyReads } from "./key-reads.js";
import { isFailure } from "./outcome.js";
import type { ServicePlan } from "./service-plan.js";
import type { Mark, ReadResult } from "./store.js";

const known = new WeakMap<ServicePlan, readonly AnsweredView[]>();

/** The plan's views with their marks. The list is another one only where a mark is. */
export function answeredViews(plan: ServicePlan, published: ReadResult["published"]): readonly AnsweredView[] {
  const before = known.get(plan);
  if (before?.every(({ generation, mark }) => published.get(generation) === mark)) return before;
  const views = plan.views.map(({ view, generation }) => ({
    view: view.name,
    generation,
    mark: published.get(generation) as Mark,
  }));
  known.set(plan, views);
  return views;
}

const NONE: readonly AheadState[] = [];

/** The rows that those cells are of. */
export function aheadStates(
  { cellOf }: KeyReads,
  states: readonly CellState[],
  cells: readonly number[],
): readonly AheadState[] {
  if (cells.length === 0) return NONE;
  const wanted = new Set(cells);
  return cellOf.flatMap((own, view) =>
    Array.from(own).flatMap((cell, row) => {
      const state = wanted.has(cell) ? states[cell] : null;
      return state && !isFailure(state) ? [{ row, view, stamp: state.stamp }] : [];
    }),
  );
}
