import { LockstepError, type Secret } from "@lockstep/core";

/** A setting's text, read from the process environment only now where it is a secret. */
export function secret(value: string | Secret): string {
  if (typeof value === "string") return value;
  const found = process.env[value.env];
  if (found !== undefined && found !== "") return found;
  throw new LockstepError({
    code: "SECRET_MISSING",
    place: `environment variable ${value.env}`,
    what: "the configuration needs it, and it is not set",
    mend: `set ${value.env} in the process environment`,
  });
}
