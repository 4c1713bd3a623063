import { AGGREGATES, type RepoIR } from "@lockstep/core";
import { z } from "zod";
import { exprSchema, namedType, typeSchema } from "./expr-schema.js";

/** The compiled repo as it stands in a registry. Strict: a field that this version does not know is never dropped. */

const text = z.string();
const described = { description: text.exactOptional() };
const ofFeature = { ...described, deprecated: text.exactOptional() };
const owned = { ...described, owner: text.exactOptional() };
const micros = z.int();

const entity = z.strictObject({ name: text, keys: z.array(namedType), ...described });

const source = z.strictObject({
  name: text,
  kind: z.literal("parquet"),
  path: text,
  columns: z.array(
    z.strictObject({ name: text, type: typeSchema, from: text.exactOptional(), zone: text.exactOptional() }),
  ),
  eventTime: text,
  knownAt: exprSchema.nullable(),
  id: z.array(text).exactOptional(),
  version: text.exactOptional(),
  deleted: text.exactOptional(),
  lookback: micros.nullable(),
  push: z.literal(true).exactOptional(),
  ...owned,
});

const window = z.strictObject({
  shape: z.enum(["sliding", "sawtooth", "hopping", "lifetime"]),
  size: micros,
  hop: micros,
  bounds: z.enum(["[)", "[]", "(]", "()"]),
  offset: micros,
});

const feature = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("row"), name: text, type: typeSchema, value: exprSchema, ...ofFeature }),
  z.strictObject({
    kind: z.literal("window"),
    name: text,
    type: typeSchema,
    aggregate: z.enum(Object.keys(AGGREGATES) as (keyof typeof AGGREGATES)[]),
    params: z.strictObject({ n: z.int().exactOptional(), p: z.number().exactOptional() }).exactOptional(),
    argument: exprSchema.nullable(),
    where: exprSchema.nullable(),
    window,
    ignoreNulls: z.boolean(),
    ...ofFeature,
  }),
]);

const push = z.strictObject({
  id: z.array(namedType),
  version: namedType.nullable(),
  reads: z.array(namedType),
  keyOrder: z.array(z.int()),
});

const view = z.strictObject({
  name: text,
  entity: text.nullable(),
  keys: z.array(z.strictObject({ key: text, column: text, type: typeSchema })),
  source: text,
  ttl: micros.nullable(),
  asOf: z.enum(["<=", "<"]),
  features: z.array(feature),
  freshness: micros.nullable(),
  push: push.exactOptional(),
  tags: z.array(text).exactOptional(),
  ...owned,
});

const onDemand = z.strictObject({
  name: text,
  request: z.array(namedType),
  features: z.array(z.strictObject({ name: text, view: text, feature: text })),
  outputs: z.array(namedType),
  code: text,
  ...owned,
});

const member = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("view"),
    view: text,
    alias: text,
    keys: z.record(text, text),
    features: z.array(z.strictObject({ feature: text, column: text.nullable() })),
  }),
  z.strictObject({
    kind: z.literal("onDemand"),
    onDemand: text,
    outputs: z.array(z.strictObject({ output: text, column: text })),
  }),
]);

const service = z.strictObject({
  name: text,
  members: z.array(member),
  inputs: z.array(z.strictObject({ name: text, type: typeSchema, role: z.enum(["key", "request"]) })),
  ...owned,
});

export const repoSchema: z.ZodType<RepoIR> = z.strictObject({
  format: z.literal(1),
  project: text,
  entities: z.array(entity),
  sources: z.array(source),
  views: z.array(view),
  onDemands: z.array(onDemand),
  services: z.array(service),
});
