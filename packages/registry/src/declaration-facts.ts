import {
  type ColumnIR,
  type EntityIR,
  type FeatureIR,
  formatDuration,
  type MemberIR,
  type NamedType,
  type OnDemandIR,
  type RepoIR,
  type ServiceIR,
  type SourceIR,
  typeName,
  type ViewIR,
} from "@lockstep/core";
import { type Fact, fact, longFact } from "./facts.js";
import { printAggregate, printExpr, printFeature, printWindowParts } from "./print.js";

const typed = (what: string, list: readonly NamedType[]): Fact[] =>
  list.flatMap(({ name, type }) => fact(`${what} ${name}`, typeName(type), `${what}s`));
const duration = (label: string, micros: number | null): Fact[] =>
  fact(label, micros === null ? null : formatDuration(micros));
const said = (d: { readonly description?: string; readonly owner?: string }): Fact[] => [
  ...fact("owner", d.owner),
  ...longFact("description", d.description),
];

export const entityFacts = (entity: EntityIR): Fact[] => [...typed("key", entity.keys), ...said(entity)];

export const sourceFacts = (source: SourceIR): Fact[] => [
  ...fact("path", source.path),
  ...source.columns.flatMap(columnFact),
  ...fact("eventTime", source.eventTime),
  ...fact("knownAt", source.knownAt ? printExpr(source.knownAt) : source.eventTime),
  ...fact("id", source.id?.join(", ")),
  ...fact("version", source.version),
  ...fact("deleted", source.deleted),
  ...duration("lookback", source.lookback),
  ...(source.push ? fact("push", "true") : []),
  ...said(source),
];

const columnFact = ({ name, type, from, zone }: ColumnIR): Fact[] =>
  fact(
    `column ${name}`,
    `${typeName(type)}${from === undefined ? "" : ` from ${JSON.stringify(from)}`}${zone === undefined ? "" : ` in ${zone}`}`,
    "columns",
  );

export const viewFacts = (view: ViewIR): Fact[] => [
  ...fact("entity", view.entity),
  ...view.keys.flatMap((k) =>
    fact(`key ${k.key}`, `${typeName(k.type)}${k.column === k.key ? "" : ` from column ${k.column}`}`, "keys"),
  ),
  ...fact("source", view.source),
  ...duration("ttl", view.ttl),
  ...(view.asOf === "<" ? fact("asOf", view.asOf) : []),
  ...duration("freshness", view.freshness),
  ...fact("tags", view.tags?.join(", ")),
  ...view.features.map(featureFact),
  ...said(view),
];

const featureFact = (feature: FeatureIR): Fact => ({
  label: `feature ${feature.name}`,
  text: `(${typeName(feature.type)}) = ${printFeature(feature)}`,
  parts: [
    ...featureParts(feature),
    ...fact("type", typeName(feature.type)),
    ...longFact("description", feature.description),
    ...longFact("deprecated", feature.deprecated),
  ],
  list: "features",
});

function featureParts(feature: FeatureIR): Fact[] {
  if (feature.kind === "row") return fact("", printExpr(feature.value));
  const { size, shape, bounds, offset } = printWindowParts(feature.window);
  return [
    ...fact("", printAggregate(feature)),
    ...fact("where", feature.where ? printExpr(feature.where) : null),
    ...fact("window", size),
    ...fact("shape", shape),
    ...fact("bounds", bounds),
    ...fact("offset", offset),
  ];
}

export const onDemandFacts = (onDemand: OnDemandIR): Fact[] => [
  ...typed("request field", onDemand.request),
  ...onDemand.features.flatMap((f) => fact(`reads ${f.name}`, `from ${f.view}.${f.feature}`)),
  ...typed("output", onDemand.outputs),
  ...longFact("function", onDemand.code),
  ...said(onDemand),
];

export const serviceFacts = (service: ServiceIR, repo: RepoIR): Fact[] => [
  ...service.inputs.flatMap((i) => fact(`${i.role === "key" ? "key" : "request field"} ${i.name}`, typeName(i.type))),
  ...service.members.flatMap((m) => memberFacts(m, repo)),
  ...said(service),
];

function memberFacts(member: MemberIR, repo: RepoIR): Fact[] {
  if (member.kind === "onDemand") {
    const declared = repo.onDemands.find((o) => o.name === member.onDemand);
    return member.outputs.flatMap(({ output, column }) =>
      columnOf(column, declared?.outputs, output, `${member.onDemand}.${output}`),
    );
  }
  const view = repo.views.find((v) => v.name === member.view);
  const mapped = Object.entries(member.keys).flatMap(([key, column]) =>
    key === column ? [] : fact(`${member.alias} takes key ${key} from`, column),
  );
  return [
    ...mapped,
    ...member.features.flatMap(({ feature, column }) =>
      column === null
        ? fact(`reads ${member.alias}.${feature}`, `from ${member.view}`)
        : columnOf(column, view?.features, feature, `${member.view}.${feature}`),
    ),
  ];
}

function columnOf(column: string, among: readonly NamedType[] | undefined, name: string, from: string): Fact[] {
  const type = among?.find((f) => f.name === name)?.type;
  return fact(`column ${column}`, `(${type ? typeName(type) : "unknown"}) from ${from}`, "columns");
}
