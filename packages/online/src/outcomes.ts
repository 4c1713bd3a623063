import type { Instant, Value } from "@lockstep/core";
import { type CellState, cellName } from "./cell-states.js";
import { type Cell, type KeyReads, NEVER } from "./key-reads.js";
import { putLatest } from "./latest-outcomes.js";
import { LatestState } from "./latest-state.js";
import { isFailure, type Outcome, outcomeOf } from "./outcome.js";
import { type OutcomeColumn, outcomeAt, outcomeColumn, putOutcome } from "./outcome-column.js";
import { runOnDemand } from "./run-on-demand.js";
import type { ServicePlan, ViewRead } from "./service-plan.js";

type Inputs = readonly (readonly Value[])[];
/** For each member, a column for each of its features or outputs. */
export type Outcomes = readonly (readonly OutcomeColumn[])[];

export const viewOutcomes = (
  plan: ServicePlan,
  keys: KeyReads,
  states: readonly CellState[],
  inputs: Inputs,
  t: Instant,
): Outcomes => plan.views.map((view, v) => oneView(view, keys.cells, keys.cellOf[v] as Int32Array, states, inputs, t));

function oneView(
  view: ViewRead,
  cells: readonly Cell[],
  cellOf: Int32Array,
  states: readonly CellState[],
  inputs: Inputs,
  t: Instant,
): OutcomeColumn[] {
  const rows = cellOf.length;
  const eventTimes = view.latest ? new Array<Instant | null>(rows) : undefined;
  const columns = view.features.map(() => outcomeColumn(rows, eventTimes));
  // The last is of the keys with a null part.
  const known: Outcome[][] = [];
  for (let row = 0; row < rows; row++) {
    const c = cellOf[row] as number;
    const state = c === NEVER ? null : (states[c] as CellState);
    if (view.latest && state instanceof LatestState) {
      putLatest(columns, row, view.latest, state, t);
      continue;
    }
    const place = c === NEVER ? cells.length : c;
    const outcomes = known[place] ?? cellOutcomes(view, state, cells[place], inputs, t);
    known[place] = outcomes;
    for (let i = 0; i < columns.length; i++) putOutcome(columns[i] as OutcomeColumn, row, outcomes[i] as Outcome);
  }
  return columns;
}

function cellOutcomes(view: ViewRead, state: CellState, cell: Cell | undefined, inputs: Inputs, t: Instant): Outcome[] {
  if (state && isFailure(state)) return view.features.map(() => state);
  const moment = view.at(state, t);
  return view.features.map((evaluate) =>
    outcomeOf(
      () => (cell ? cellName(cell, inputs) : view.view.name),
      () => evaluate(moment),
    ),
  );
}

export function onDemandOutcomes(
  { onDemands }: ServicePlan,
  views: Outcomes,
  inputs: Inputs,
  rows: number,
  t: Instant,
): Outcomes {
  return onDemands.map((run) => {
    const columns = run.outputs.map(() => outcomeColumn(rows));
    for (let row = 0; row < rows; row++) {
      const outcomes = runOnDemand(
        run,
        run.request.map(({ input }) => inputs[input]?.[row] ?? null),
        run.features.map(({ view, feature }) => outcomeAt(views[view]?.[feature] as OutcomeColumn, row)),
        t,
      );
      for (let i = 0; i < columns.length; i++) putOutcome(columns[i] as OutcomeColumn, row, outcomes[i] as Outcome);
    }
    return columns;
  });
}
