import { type Diagnostic, type Duration, durationMicros, LockstepError, tryInstant } from "@lockstep/core";
import { z } from "zod";
import { strictObject } from "./strict-object.js";

const text = z.string().min(1, { error: "it is empty" });
const secret = z.union([text, strictObject({ env: text })], { error: "write text, or env('NAME')" });
const folder = text.refine((path) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(path), {
  error: "it must be a folder on this machine: URLs are not supported here",
});
const duration = text.refine(isDuration, { error: "write a duration such as '90s' or '5m'" });

const online = z.discriminatedUnion(
  "kind",
  [
    strictObject({ kind: z.literal("lmdb"), path: folder.exactOptional() }),
    strictObject({
      kind: z.literal("redis"),
      url: secret.exactOptional(),
      keyPrefix: z.string().exactOptional(),
    }),
  ],
  { error: (issue) => (issue.code === "invalid_union" ? "choose 'lmdb' or 'redis'" : undefined) },
);

const environment = strictObject({
  registry: folder.exactOptional(),
  online: online.exactOptional(),
  dataRoot: folder.exactOptional(),
  clock: text
    .refine((v) => tryInstant(v) !== null, { error: "write an instant such as 2001-06-15T12:00:00Z" })
    .exactOptional(),
  duckdb: strictObject({
    memoryLimit: text.exactOptional(),
    tempDirectory: folder.exactOptional(),
    threads: z.int().positive().exactOptional(),
  }).exactOptional(),
  server: strictObject({
    host: text.exactOptional(),
    port: z.int().min(0).max(65_535).exactOptional(),
  }).exactOptional(),
});

const config = strictObject({
  project: z
    .string({ error: "name the project: it separates its keys from others' in one store" })
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: "use letters, digits and underscores, beginning with a letter" }),
  features: text.exactOptional(),
  defaultEnvironment: text.exactOptional(),
  environments: z.record(text, environment).exactOptional(),
  parity: strictObject({ budget: duration.exactOptional() }).exactOptional(),
});

export type ParsedConfig = z.infer<typeof config>;
export type ParsedEnvironment = z.infer<typeof environment>;

/** Checks a configuration's export; every mistake is told with its place. */
export function parseConfig(file: string, exported: unknown): ParsedConfig {
  const parsed = config.safeParse(exported);
  if (parsed.success) return parsed.data;
  throw new LockstepError(
    parsed.error.issues.map(
      (issue): Diagnostic => ({
        code: "CONFIG_INVALID",
        place: [file, ...(issue.path.length > 0 ? [issue.path.join(".")] : [])].join(", "),
        what: issue.message,
        mend: "correct it there; the type of defineConfig shows every setting",
      }),
    ),
  );
}

function isDuration(value: string): boolean {
  try {
    return durationMicros(value as Duration) > 0;
  } catch {
    return false;
  }
}
