import { LockstepError } from "@lockstep/core";
import { z } from "zod";
import { checkBatch, checked, rowsOfColumns } from "./features-request.js";
import type { Ask } from "./pipeline.js";
import { serviceUnknown } from "./requests/request-reader.js";
import type { FeatureShape, MemberShape, ServiceShape } from "./service-shape.js";

/** A column of the answer, and what Feast calls it. */
export interface FeastFeature {
  readonly name: string;
  readonly column: string;
}

export interface FeastRequest {
  readonly ask: Ask;
  /** They come back with the features. */
  readonly entities: readonly (readonly [name: string, values: readonly unknown[]])[];
  readonly features: readonly FeastFeature[];
}

const schema = z.object({
  entities: z.record(z.string(), z.array(z.unknown())),
  feature_service: z.string().nullish(),
  features: z.array(z.string()).nullish(),
  full_feature_names: z.boolean().nullish(),
});

/** Feast's GetOnlineFeaturesRequest as its Python server takes it: entities by column, features as `view:feature`. */
export function feastRequest(body: Buffer, services: readonly ServiceShape[], maxEntities: number): FeastRequest {
  const { entities, feature_service, features, full_feature_names } = checked(schema, body);
  const { service, found } = feature_service
    ? wholeService(services, feature_service)
    : serviceOf(services, features ?? []);
  const columns = Object.entries(entities);
  checkBatch(columns[0]?.[1].length ?? 0, maxEntities);
  const rows = rowsOfColumns(columns);
  const named = found.map(({ member, feature }) => ({
    name: nameOf(member, feature, full_feature_names ?? false),
    column: feature.column,
  }));
  checkNames([...columns.map(([name]) => name), ...named.map(({ name }) => name)]);
  const options = { columns: [...new Set(named.map(({ column }) => column))] };
  return { ask: { service, rows: rows as Ask["rows"], options }, entities: columns, features: named };
}

interface Found {
  readonly member: MemberShape;
  readonly feature: FeatureShape;
}

function wholeService(services: readonly ServiceShape[], name: string): { service: string; found: Found[] } {
  const service = services.find((s) => s.name === name);
  if (!service) {
    throw serviceUnknown(
      name,
      services.map((s) => s.name),
    );
  }
  const found = service.members.flatMap((member) => member.features.map((feature) => ({ member, feature })));
  return { service: name, found };
}

/** The first service that has all of the features: what is served is served by services. */
function serviceOf(services: readonly ServiceShape[], refs: readonly string[]): { service: string; found: Found[] } {
  if (refs.length === 0) {
    throw new LockstepError({
      code: "REQUEST_INVALID",
      place: "features",
      what: "no feature is asked for",
      mend: 'name features such as "view:feature", or a feature_service',
    });
  }
  for (const service of services) {
    const found = refs.map((ref) => featureIn(service, ref));
    if (found.every((f) => f !== null)) return { service: service.name, found };
  }
  const missing = refs.filter((ref) => services.every((service) => featureIn(service, ref) === null));
  throw new LockstepError({
    code: "FEATURE_UNKNOWN",
    place: "features",
    what:
      missing.length > 0
        ? `no feature service has ${missing.map((ref) => `'${ref}'`).join(", ")}`
        : "no single feature service has all of these features",
    mend: "ask for features of one service; `fs list` shows what is served",
  });
}

function featureIn({ members }: ServiceShape, ref: string): Found | null {
  const colon = ref.indexOf(":");
  const member = members.find(({ name }) => name === ref.slice(0, colon));
  const feature = member?.features.find(({ name }) => name === ref.slice(colon + 1));
  return member && feature ? { member, feature } : null;
}

/** What a service has renamed keeps its new name. */
function nameOf(member: MemberShape, { name, column }: FeatureShape, full: boolean): string {
  const whole = `${member.name}__${name}`;
  return column === whole && !full ? name : column;
}

function checkNames(names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new LockstepError({
    code: "NAME_CLASH",
    place: "features",
    what: `two columns of the answer would be called '${twice}'`,
    mend: "set full_feature_names",
  });
}
