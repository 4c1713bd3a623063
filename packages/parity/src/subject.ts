import {
  type FeatureIR,
  type MemberIR,
  type RepoIR,
  type ServiceIR,
  serviceColumns,
  type TypeIR,
  type ViewIR,
  type ViewMemberIR,
} from "@lockstep/core";
import { companionName, companions, isInexact } from "./tolerance.js";

/** What is compared: a service as it is served, or a view by itself. */
export interface Subject {
  /** Null: a view by itself. */
  readonly name: string | null;
  readonly service: ServiceIR;
  readonly members: readonly SubjectView[];
  readonly columns: readonly SubjectColumn[];
  /** The repo that has the service, for the reader. */
  readonly repo: RepoIR;
  /** The same with companions of the inexact features, for the frame. */
  readonly widened: { readonly repo: RepoIR; readonly service: ServiceIR };
}

export interface SubjectView {
  readonly view: ViewIR;
  readonly member: ViewMemberIR;
  /** The service's inputs that hold its keys, by index. */
  readonly inputs: readonly number[];
}

export interface SubjectColumn {
  readonly name: string;
  readonly type: TypeIR;
  /** What was served, where it was by a definition that gave it another type. */
  readonly servedType?: TypeIR;
  /** The view's alias, or the on-demand feature. */
  readonly view: string;
  readonly feature: string;
  /** The feature of a view; null: an on-demand feature's output. */
  readonly of: FeatureIR | null;
  /** The column of its companion; null: identical bits. */
  readonly companion: string | null;
  /** An on-demand feature's output that is computed from inexact features. */
  readonly derived: boolean;
}

/** The views that a column is of; an on-demand feature may read any. */
export function ownMembers({ members }: Subject, { view, of }: SubjectColumn): readonly SubjectView[] {
  return of === null ? members : members.filter((m) => m.member.alias === view);
}

export function serviceSubject(repo: RepoIR, service: ServiceIR): Subject {
  return subjectOf(service.name, repo, service);
}

/** A service of one view alone, so that both sides go the way that every service goes. */
export function viewSubject(repo: RepoIR, view: ViewIR): Subject {
  const service: ServiceIR = {
    name: `view ${view.name}`,
    members: [
      {
        kind: "view",
        view: view.name,
        alias: view.name,
        keys: Object.fromEntries(view.keys.map((k) => [k.key, k.key])),
        features: view.features.map((f) => ({ feature: f.name, column: `${view.name}__${f.name}` })),
      },
    ],
    inputs: view.keys.map((k) => ({ name: k.key, type: k.type, role: "key" })),
  };
  return subjectOf(null, { ...repo, services: [service] }, service);
}

function subjectOf(name: string | null, repo: RepoIR, service: ServiceIR): Subject {
  const viewOf = (member: ViewMemberIR) => repo.views.find((v) => v.name === member.view) as ViewIR;
  const members = service.members.filter((m) => m.kind === "view");
  const columns = service.members.flatMap((m) => columnsOf(repo, m, viewOf));
  const order = new Map(serviceColumns(service.members).map((column, i) => [column, i]));
  return {
    name,
    service,
    repo,
    columns: columns.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0)),
    members: members.map((member) => {
      const view = viewOf(member);
      const inputs = view.keys.map(({ key }) => service.inputs.findIndex((i) => i.name === (member.keys[key] ?? key)));
      return { view, member, inputs };
    }),
    widened: {
      repo: { ...repo, views: repo.views.map(companions) },
      service: {
        ...service,
        members: service.members.map((m) => (m.kind === "view" ? widenedMember(m, viewOf(m)) : m)),
      },
    },
  };
}

function widenedMember(member: ViewMemberIR, view: ViewIR): ViewMemberIR {
  const more = member.features.flatMap(({ feature, column }) =>
    column !== null && view.features.some((f) => f.name === feature && isInexact(f))
      ? [{ feature: companionName(feature), column: companionName(column) }]
      : [],
  );
  return { ...member, features: [...member.features, ...more] };
}

function columnsOf(repo: RepoIR, member: MemberIR, viewOf: (member: ViewMemberIR) => ViewIR): SubjectColumn[] {
  if (member.kind === "view") {
    const { features } = viewOf(member);
    return member.features.flatMap(({ feature, column }) => {
      const of = features.find((f) => f.name === feature);
      if (column === null || !of) return [];
      const companion = isInexact(of) ? companionName(column) : null;
      return [{ name: column, type: of.type, view: member.alias, feature, of, companion, derived: false }];
    });
  }
  const onDemand = repo.onDemands.find((o) => o.name === member.onDemand);
  const derived = (onDemand?.features ?? []).some((ref) =>
    repo.views.some((v) => v.name === ref.view && v.features.some((f) => f.name === ref.feature && isInexact(f))),
  );
  return member.outputs.flatMap(({ output, column }) => {
    const type = onDemand?.outputs.find((o) => o.name === output)?.type;
    return type
      ? [{ name: column, type, view: member.onDemand, feature: output, of: null, companion: null, derived }]
      : [];
  });
}
