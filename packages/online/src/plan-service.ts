import {
  type MemberIR,
  type NamedType,
  type OnDemandIR,
  type OnDemandMemberIR,
  type ServiceIR,
  type StateLayout,
  serviceColumns,
  stateLayout,
  type ViewIR,
  type ViewMemberIR,
} from "@lockstep/core";
import type { Serving } from "./answer.js";
import { type ViewEvaluator, viewEvaluator } from "./evaluate-state.js";
import { found } from "./found.js";
import { type LatestSlots, latestSlots } from "./latest-slots.js";
import { notMaterialized } from "./not-materialized.js";
import type { LatestRead, OnDemandRun, PlannedColumn, ServicePlan, ViewRead } from "./service-plan.js";

/** A view's layout and evaluators, shared by all plans of a Serving. */
export interface CompiledView {
  readonly layout: StateLayout;
  readonly evaluator: ViewEvaluator;
  readonly latest: LatestSlots | null;
}

export const compileView = (view: ViewIR): CompiledView => {
  const layout = stateLayout(view);
  return { layout, evaluator: viewEvaluator(view, layout), latest: latestSlots(layout) };
};

/** `wanted`: the columns asked for, in that order; null: all of them. Only what these need is in the plan. */
export function planService(
  serving: Serving,
  service: ServiceIR,
  wanted: readonly string[] | null,
  compiled: (view: ViewIR) => CompiledView,
): ServicePlan {
  const names = chosenColumns(service, wanted);
  const chosen = new Set(names);
  const onDemandMembers = service.members.filter(
    (m): m is OnDemandMemberIR => m.kind === "onDemand" && m.outputs.some((o) => chosen.has(o.column)),
  );
  const onDemands = onDemandMembers.map((m) => found(serving.repo.onDemands, m.onDemand, "on-demand feature"));
  const viewMembers = neededViews(service.members, chosen, onDemands);
  const views = viewMembers.map((m) => found(serving.repo.views, m.view, "feature view"));

  const used = new Set([
    ...viewMembers.flatMap((m, i) => keyInputs(m, views[i] as ViewIR)),
    ...onDemands.flatMap((o) => o.request.map((field) => field.name)),
  ]);
  const inputs = service.inputs.filter((input) => used.has(input.name));
  const inputOf = (name: string) => inputs.findIndex((input) => input.name === name);
  const keyGroups = viewMembers.map((m, i) => JSON.stringify([views[i]?.entity, keyInputs(m, views[i] as ViewIR)]));
  const columns = [
    ...viewMembers.flatMap((m, i) => viewColumns(m, views[i] as ViewIR, i)),
    ...onDemandMembers.flatMap((m, i) => onDemandColumns(m, onDemands[i] as OnDemandIR, i)),
  ];
  const reads = viewMembers.map((m, i) => ({
    ...viewRead(serving, m, views[i] as ViewIR, inputOf, compiled),
    keyGroup: keyGroups.indexOf(keyGroups[i] as string),
  }));
  return {
    inputs,
    views: reads,
    generations: [...new Set(reads.map(({ generation }) => generation))],
    onDemands: onDemands.map((o) => onDemandRun(serving, o, viewMembers, inputOf)),
    columns: names.map((name) => found(columns, name, "column")),
  };
}

function chosenColumns(service: ServiceIR, wanted: readonly string[] | null): readonly string[] {
  const all = serviceColumns(service.members);
  if (wanted === null) return all;
  for (const name of wanted) {
    const columns = all.map((column) => ({ name: column }));
    found(columns, name, "column", `feature service '${service.name}'`);
  }
  return [...new Set(wanted)];
}

/** The views whose columns are chosen or that an on-demand feature reads, with just those features. */
function neededViews(
  members: readonly MemberIR[],
  chosen: ReadonlySet<string>,
  onDemands: readonly OnDemandIR[],
): ViewMemberIR[] {
  const refs = onDemands.flatMap((o) => o.features);
  const isRead = (m: ViewMemberIR, feature: string) =>
    m.alias === m.view && refs.some((ref) => ref.view === m.view && ref.feature === feature);
  return members
    .filter((m): m is ViewMemberIR => m.kind === "view")
    .map((m) => ({
      ...m,
      features: m.features.filter((f) => (f.column !== null && chosen.has(f.column)) || isRead(m, f.feature)),
    }))
    .filter((m) => m.features.length > 0);
}

const keyInputs = (member: ViewMemberIR, view: ViewIR): string[] => view.keys.map(({ key }) => member.keys[key] ?? key);

function viewRead(
  serving: Serving,
  member: ViewMemberIR,
  view: ViewIR,
  inputOf: (name: string) => number,
  compiled: (view: ViewIR) => CompiledView,
): Omit<ViewRead, "keyGroup"> {
  const generation = serving.generations.get(view.name);
  if (generation === undefined) throw notMaterialized([view.name]);
  const { layout, evaluator, latest } = compiled(view);
  const indexes = member.features.map((f) => view.features.indexOf(found(view.features, f.feature, "feature")));
  return {
    view,
    generation,
    layout,
    at: evaluator.at,
    features: indexes.map((i) => evaluator.features[i] as ViewEvaluator["features"][number]),
    keys: keyInputs(member, view).map(inputOf),
    keyTypes: view.keys.map(({ type }) => type),
    latest: latest && latestRead(view, layout, latest, indexes),
  };
}

function latestRead(
  view: ViewIR,
  layout: StateLayout,
  slots: LatestSlots,
  indexes: readonly number[],
): LatestRead | null {
  const features = indexes.map((i) => layout.features[i]).map((plan) => (plan?.kind === "latest" ? plan.slot : null));
  if (features.includes(null)) return null;
  return { layout: slots, features: features as number[], ttl: view.ttl === null ? null : BigInt(view.ttl) };
}

function onDemandRun(
  serving: Serving,
  ir: OnDemandIR,
  members: readonly ViewMemberIR[],
  inputOf: (name: string) => number,
): OnDemandRun {
  const computation = serving.computations.get(ir.name);
  return {
    name: ir.name,
    compute: found(computation ? [computation] : [], ir.name, "function of an on-demand feature").compute,
    request: ir.request.map(({ name }) => ({ name, input: inputOf(name) })),
    features: ir.features.map((ref) => {
      const view = members.findIndex((m) => m.alias === ref.view && m.view === ref.view);
      const feature = members[view]?.features.findIndex((f) => f.feature === ref.feature) ?? -1;
      return { name: ref.name, view, feature };
    }),
    outputs: ir.outputs,
  };
}

function viewColumns(member: ViewMemberIR, view: ViewIR, index: number): PlannedColumn[] {
  return member.features.flatMap(({ feature, column }, i) =>
    column === null
      ? []
      : [{ name: column, type: found(view.features, feature, "feature").type, kind: "view", member: index, index: i }],
  );
}

function onDemandColumns(member: OnDemandMemberIR, ir: OnDemandIR, index: number): PlannedColumn[] {
  return member.outputs.map(({ output, column }) => {
    const at = ir.outputs.findIndex((o: NamedType) => o.name === output);
    return { name: column, type: found(ir.outputs, output, "output").type, kind: "onDemand", member: index, index: at };
  });
}
