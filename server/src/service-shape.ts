import {
  type Diagnostic,
  formatDuration,
  type MemberIR,
  type NamedType,
  type OnDemandMemberIR,
  type RepoIR,
  type ServiceIR,
  type ViewMemberIR,
} from "@lockstep/core";
import { nameProblems, pascal, refuse, structClaims, type TypeClaim, typeClashes } from "./type-names.js";

/** A feature as one field of a member's object type. */
export interface FeatureShape extends NamedType {
  readonly column: string;
  readonly description?: string;
  readonly deprecated?: string;
  /** A row feature: its value has an event time. */
  readonly latest: boolean;
}

/** A view or an on-demand feature in a service: a field of its rows. */
export interface MemberShape {
  readonly name: string;
  readonly typeName: string;
  /** The declaration that the type belongs to: members with all of a view's features share its type. */
  readonly owner: string;
  readonly description: string;
  readonly features: readonly FeatureShape[];
}

/** A feature service as GraphQL shows it: all names decided, nothing of GraphQL's machinery. */
export interface ServiceShape {
  readonly name: string;
  readonly typeName: string;
  readonly description: string;
  readonly inputs: ServiceIR["inputs"];
  readonly members: readonly MemberShape[];
}

/** Throws one LockstepError with every name that GraphQL can't have. */
export function serviceShapes(repo: RepoIR): ServiceShape[] {
  const shapes = repo.services.map((service) => serviceShape(repo, service));
  refuse([...typeClashes(shapes.flatMap(typeClaims)), ...shapes.flatMap(fieldProblems)]);
  return shapes;
}

function serviceShape(repo: RepoIR, service: ServiceIR): ServiceShape {
  const members = service.members.map((m) => memberShape(repo, service, m));
  return {
    name: service.name,
    typeName: pascal(service.name),
    description: describe(service),
    inputs: service.inputs,
    members: members.filter((m) => m.features.length > 0),
  };
}

const memberShape = (repo: RepoIR, service: ServiceIR, member: MemberIR): MemberShape =>
  member.kind === "view" ? viewShape(repo, service, member) : onDemandShape(repo, member);

function viewShape(repo: RepoIR, service: ServiceIR, member: ViewMemberIR): MemberShape {
  const view = declared(repo.views, member.view);
  const columns = new Map(member.features.map((f) => [f.feature, f.column]));
  const features = view.features.flatMap((f) => {
    const column = columns.get(f.name) ?? null;
    return column === null ? [] : [{ ...described(f), name: f.name, type: f.type, column, latest: f.kind === "row" }];
  });
  const whole = features.length === view.features.length;
  return {
    name: member.alias,
    typeName: whole ? pascal(view.name) : pascal(service.name) + pascal(member.alias),
    owner: whole ? `feature view '${view.name}'` : `feature service '${service.name}', view '${member.alias}'`,
    description: describe(view, view.freshness === null ? "" : `Fresh within ${formatDuration(view.freshness)}.`),
    features,
  };
}

function onDemandShape(repo: RepoIR, member: OnDemandMemberIR): MemberShape {
  const onDemand = declared(repo.onDemands, member.onDemand);
  const columns = new Map(member.outputs.map((o) => [o.output, o.column]));
  return {
    name: onDemand.name,
    typeName: pascal(onDemand.name),
    owner: `on-demand feature '${onDemand.name}'`,
    description: describe(onDemand),
    features: onDemand.outputs.map(({ name, type }) => ({
      name,
      type,
      column: columns.get(name) ?? `${onDemand.name}__${name}`,
      latest: false,
    })),
  };
}

function declared<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((d) => d.name === name);
  if (!found) throw new Error(`the compiled repo has no '${name}'`);
  return found;
}

const described = ({ description, deprecated }: { readonly description?: string; readonly deprecated?: string }) => ({
  ...(description === undefined ? {} : { description }),
  ...(deprecated === undefined ? {} : { deprecated }),
});

const describe = (d: { readonly description?: string; readonly owner?: string }, more = ""): string =>
  [d.description, [d.owner === undefined ? "" : `Owner: ${d.owner}.`, more].filter(Boolean).join(" ")]
    .filter(Boolean)
    .join("\n\n");

export function typeClaims(service: ServiceShape): TypeClaim[] {
  const owner = `feature service '${service.name}'`;
  const own = ["Entity", "Result", "Row", "Columns"].map((suffix) => ({ type: service.typeName + suffix, owner }));
  const inputs = service.inputs.flatMap((i) =>
    structClaims(`${service.typeName}Entity${pascal(i.name)}`, i.type, owner),
  );
  const members = service.members.flatMap((m) => [
    ...["", "Statuses", "EventTimes", "Lists", "StatusLists", "EventTimeLists"].map((suffix) => ({
      type: m.typeName + suffix,
      owner: m.owner,
    })),
    ...m.features.flatMap((f) => structClaims(m.typeName + pascal(f.name), f.type, m.owner)),
  ]);
  return [...own, ...inputs, ...members];
}

const fieldProblems = (service: ServiceShape): Diagnostic[] => [
  ...(service.members.length > 0 ? [] : [nothingToAnswer(service)]),
  ...nameProblems(service.inputs, `feature service '${service.name}', inputs`),
  ...service.members.flatMap((m) => nameProblems(m.features, m.owner)),
];

const nothingToAnswer = (service: ServiceShape): Diagnostic => ({
  code: "SCHEMA_EMPTY",
  place: `feature service '${service.name}'`,
  what: "it has no feature that a query could ask for",
  mend: "give it a view, or leave the service out",
});
