import { type Diagnostic, didYouMean, LockstepError, tryInstant } from "@lockstep/core";
import { z } from "zod";

const secret = z.strictObject({ env: z.string().min(1) });
const text = z.string().min(1);

const online = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("lmdb"), path: text.optional() }),
  z.strictObject({
    kind: z.literal("redis"),
    url: z.union([text, secret]).optional(),
    keyPrefix: z.string().optional(),
  }),
]);

const environment = z.strictObject({
  registry: text.optional(),
  online: online.optional(),
  dataRoot: text.optional(),
  clock: text
    .refine((v) => tryInstant(v) !== null, { error: "write an instant such as 2001-06-15T12:00:00Z" })
    .optional(),
  duckdb: z.strictObject({ memoryLimit: text.optional(), threads: z.number().int().positive().optional() }).optional(),
  server: z.strictObject({ host: text.optional(), port: z.number().int().min(0).max(65_535).optional() }).optional(),
});

export const configSchema = z.strictObject({
  project: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: "use letters, digits and underscores, beginning with a letter" }),
  features: text.optional(),
  defaultEnvironment: text.optional(),
  environments: z.record(z.string(), environment).optional(),
  parity: z.strictObject({ budget: text.optional() }).optional(),
});

export type ParsedConfig = z.infer<typeof configSchema>;
export type ParsedEnvironment = z.infer<typeof environment>;

const KNOWN_KEYS = [
  ...Object.keys(configSchema.shape),
  ...Object.keys(environment.shape),
  "kind",
  "path",
  "url",
  "keyPrefix",
  "memoryLimit",
  "threads",
  "host",
  "port",
  "budget",
];

/** Checks a configuration's export; every mistake is told with its place. */
export function parseConfig(file: string, exported: unknown): ParsedConfig {
  const parsed = configSchema.safeParse(exported);
  if (parsed.success) return parsed.data;
  throw new LockstepError(
    parsed.error.issues.map((issue): Diagnostic => {
      const place = `${file}${issue.path.length > 0 ? `, ${issue.path.join(".")}` : ""}`;
      if (issue.code === "unrecognized_keys") {
        const [key = ""] = issue.keys;
        return {
          code: "CONFIG_INVALID",
          place,
          what: `there is no setting '${key}'${didYouMean(key, KNOWN_KEYS)}`,
          mend: "remove or rename it",
        };
      }
      return { code: "CONFIG_INVALID", place, what: issue.message, mend: "see docs/configuration.md" };
    }),
  );
}
