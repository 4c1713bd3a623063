import { type Diagnostic, LockstepError, tryInstant } from "@lockstep/core";
import { z } from "zod";
import { duration, folder, online, text } from "./online-schema.js";
import { percentOf } from "./percent.js";
import { server } from "./server-schema.js";
import { strictObject } from "./strict-object.js";

const environment = strictObject({
  registry: folder.exactOptional(),
  online: online.exactOptional(),
  dataRoot: folder.exactOptional(),
  evidence: strictObject({
    keys: z.boolean().exactOptional(),
    keep: z.int().positive().exactOptional(),
  }).exactOptional(),
  clock: text
    .refine((v) => tryInstant(v) !== null, { error: "write an instant such as 2001-06-15T12:00:00Z" })
    .exactOptional(),
  duckdb: strictObject({
    memoryLimit: text.exactOptional(),
    tempDirectory: folder.exactOptional(),
    threads: z.int().positive().exactOptional(),
  }).exactOptional(),
  server: server.exactOptional(),
});

const config = strictObject({
  project: z
    .string({ error: "name the project: it separates its keys from others' in one store" })
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: "use letters, digits and underscores, beginning with a letter" }),
  features: text.exactOptional(),
  defaultEnvironment: text.exactOptional(),
  environments: z.record(text, environment).exactOptional(),
  parity: strictObject({
    budget: duration.exactOptional(),
    rate: z.number().positive().exactOptional(),
    allow: z
      .string()
      .refine((v) => percentOf(v) !== null, { error: "write a part of the values such as 0.1%" })
      .exactOptional(),
  }).exactOptional(),
});

export type ParsedConfig = z.infer<typeof config>;
export type ParsedEnvironment = z.infer<typeof environment>;

/** Checks a configuration's export; every mistake is told with its place. */
export function parseConfig(file: string, exported: unknown): ParsedConfig {
  const parsed = config.safeParse(exported);
  if (parsed.success) return parsed.data;
  throw new LockstepError(
    parsed.error.issues.map(nearestIssue).map(
      (issue): Diagnostic => ({
        code: "CONFIG_INVALID",
        place: [file, ...(issue.path.length > 0 ? [issue.path.join(".")] : [])].join(", "),
        what: issue.message,
        mend: "correct it there; the type of defineConfig shows every setting",
      }),
    ),
  );
}

type Issue = z.core.$ZodIssue;

/** Of a union that says nothing itself, what is wrong with the alternative that was meant: where it fits furthest. */
function nearestIssue(issue: Issue): Issue {
  if (issue.code !== "invalid_union" || issue.message !== "Invalid input") return issue;
  const deepest = issue.errors
    .flat()
    .reduce<Issue | null>((a, b) => (a && a.path.length > b.path.length ? a : b), null);
  return deepest === null ? issue : nearestIssue({ ...deepest, path: [...issue.path, ...deepest.path] });
}
