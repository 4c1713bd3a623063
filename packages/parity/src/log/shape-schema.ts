import type { LoggedShape } from "@lockstep/online";
import { typeSchema } from "@lockstep/registry";
import { z } from "zod";

const named = z.strictObject({ name: z.string(), type: typeSchema });
const stamp = z.strictObject({
  t: z
    .string()
    .regex(/^-?\d{1,19}$/)
    .transform(BigInt),
  run: z.int().nonnegative(),
});

/** What the log's files say of many answers at once. */
export const shapeSchema: z.ZodType<LoggedShape> = z.strictObject({
  service: z.string(),
  version: z.int().positive().nullable(),
  inputs: z.array(named.extend({ role: z.enum(["key", "request"]) })),
  columns: z.array(named),
  views: z.array(z.strictObject({ view: z.string(), generation: z.int(), mark: stamp })),
});
