import { z } from "zod";
import { repoSchema } from "./repo-schema.js";

const count = z.int().nonnegative();
const at = z.iso.datetime();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const applied = z.strictObject({
  kind: z.literal("applied"),
  version: z.int().positive(),
  repo: repoSchema,
  bundle: hash,
  generations: z.record(z.string(), z.int().positive()),
  at,
  by: z.string(),
});

/** Its sequence in the log is the run's number. */
const runStarted = z.strictObject({
  kind: z.literal("runStarted"),
  view: z.string(),
  generation: z.int().positive(),
  watermark: z.string().regex(/^-?\d{1,19}$/),
  /** Absent: full. */
  mode: z.enum(["full", "incremental", "backfill"]).exactOptional(),
  at,
});

const runFinished = z.strictObject({
  kind: z.literal("runFinished"),
  run: z.int().positive(),
  state: z.enum(["complete", "failed"]),
  keys: count.exactOptional(),
  rows: count.exactOptional(),
  unused: z.record(z.string(), count).exactOptional(),
  error: z.string().exactOptional(),
  at,
});

/** All of a generation was removed from the online store. */
const swept = z.strictObject({ kind: z.literal("swept"), generation: z.int().positive(), keys: count, at });

/** A key that is to be forgotten for good. It is not here itself, only its hash. */
const forgotten = z.strictObject({ kind: z.literal("forgotten"), entity: z.string(), key: hash, at, by: z.string() });

/** All that can happen to a registry. Its state is a fold over these. */
export const eventSchema = z.discriminatedUnion("kind", [applied, runStarted, runFinished, swept, forgotten]);

export type RegistryEvent = z.infer<typeof eventSchema>;
