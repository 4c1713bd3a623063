import { didYouMean, LockstepError } from "@lockstep/core";
import type { ParsedConfig } from "./schema.js";

/** Without environments there is one, named so, of defaults only. */
const ONLY = "dev";

/** `--env`, LOCKSTEP_ENV, the configuration's default, the only one there is, or `dev`. */
export function environmentName(config: ParsedConfig, file: string, asked: string | undefined): string {
  const declared = Object.keys(config.environments ?? {});
  const names = declared.length > 0 ? declared : [ONLY];
  const chosen = asked ?? (process.env["LOCKSTEP_ENV"] || config.defaultEnvironment);
  const name = chosen ?? (names.length === 1 ? names[0] : ONLY) ?? ONLY;
  if (names.includes(name)) return name;
  throw new LockstepError({
    code: "ENVIRONMENT_UNKNOWN",
    place: file,
    what:
      chosen === undefined
        ? "it has several environments, and none is chosen"
        : `there is no environment '${name}'${didYouMean(name, names)}`,
    mend: `choose one of ${names.join(", ")} with --env, LOCKSTEP_ENV or defaultEnvironment`,
  });
}
