import type { Instant, Value } from "@lockstep/core";
import { type CellState, cellName } from "./cell-states.js";
import { type Cell, type KeyReads, NEVER } from "./key-reads.js";
import { isFailure, type Outcome, outcomeOf } from "./outcome.js";
import { runOnDemand } from "./run-on-demand.js";
import type { ServicePlan, ViewRead } from "./service-plan.js";

type Inputs = readonly (readonly Value[])[];
/** For each member, for each row, an outcome for each of its features or outputs. */
type Outcomes = readonly (readonly (readonly Outcome[])[])[];

export function viewOutcomes(
  plan: ServicePlan,
  { cells, cellOf }: KeyReads,
  states: readonly CellState[],
  inputs: Inputs,
  t: Instant,
): Outcomes {
  return plan.views.map((view, v) => {
    const known: Outcome[][] = [];
    const never = cellOutcomes(view, null, undefined, inputs, t);
    return Array.from(cellOf[v] ?? [], (c) => {
      if (c === NEVER) return never;
      known[c] ??= cellOutcomes(view, states[c] ?? null, cells[c], inputs, t);
      return known[c];
    });
  });
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
  return onDemands.map((run) =>
    Array.from({ length: rows }, (_, row) =>
      runOnDemand(
        run,
        run.request.map(({ input }) => inputs[input]?.[row] ?? null),
        run.features.map(({ view, feature }) => views[view]?.[row]?.[feature] as Outcome),
        t,
      ),
    ),
  );
}
