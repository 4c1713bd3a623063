import type { Value } from "@lockstep/core";
import { type CellState, cellName } from "./cell-states.js";
import { type Cell, keyValues } from "./key-reads.js";
import { isFailure, outcomeOf } from "./outcome.js";
import { withPushes } from "./pushes/merge.js";
import { compareStamps, type ReadResult } from "./store.js";

/** The states at `t`, with the pushed rows that are visible then. Where there are none, a state is as it was read. */
export function pushedStates(
  cells: readonly Cell[],
  { rows: all, published }: ReadResult,
  states: readonly CellState[],
  inputs: readonly (readonly Value[])[],
  t: bigint,
): readonly CellState[] {
  if (!all) return states;
  return states.map((state, i) => {
    const cell = cells[i];
    const rows = cell?.rows === undefined ? [] : (all[cell.key]?.[cell.rows] ?? []);
    const mark = cell && published.get(cell.view.generation);
    if (!cell || !mark || rows.length === 0 || (state && isFailure(state))) return state;
    const at = state && compareStamps(state.stamp, mark) > 0 ? state.stamp : mark;
    const merged = outcomeOf(
      () => cellName(cell, inputs),
      () => ({ state: withPushes(cell.view.layout, state, keyValues(cell.view, inputs, cell.row), rows, at, t) }),
    );
    return isFailure(merged) ? merged : merged.state;
  });
}
