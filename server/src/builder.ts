import type { Value } from "@lockstep/core";
import type { FeatureReader, Pusher } from "@lockstep/online";
import SchemaBuilder from "@pothos/core";
import { SCALAR_NAMES, type ScalarName, scalarConfig } from "./scalars.js";

/** What every resolver is given. */
export interface Context {
  readonly reader: FeatureReader;
  readonly pusher: Pusher;
}

export interface SchemaShapes {
  Context: Context;
  Scalars: { [N in ScalarName]: { Input: Value; Output: Value } };
}

export type Builder = ReturnType<typeof createBuilder>;

/** A builder that knows the scalars, and no type of the repo yet. */
export function createBuilder() {
  const builder = new SchemaBuilder<SchemaShapes>({});
  for (const name of SCALAR_NAMES) builder.scalarType(name, scalarConfig(name));
  return builder;
}

export type StatusType = ReturnType<typeof addStatus>;

export const addStatus = (builder: Builder) =>
  builder.enumType("Status", {
    description: "What a feature's value is at the instant asked for. All but PRESENT come with a null.",
    values: {
      MISSING: { description: "The key has no event that was known by then" },
      EXPIRED: { description: "The newest event is older than the view's ttl" },
      NULL: { description: "The value is null" },
      PRESENT: {},
    },
  });
