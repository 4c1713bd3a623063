import { type Diagnostic, isLockstepError } from "@lockstep/core";

/** Whatever was thrown as diagnostics: what people see, and `--json`. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (isLockstepError(error)) return error.diagnostics;
  const code = systemCode(error);
  const what = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  return code === null
    ? [{ code: "UNEXPECTED", what, mend: "this is a bug: LOCKSTEP_DEBUG=1 shows where it comes from" }]
    : [{ code, what }];
}

/** `ENOENT`, `EACCES`: what the system said no with. */
function systemCode(error: unknown): string | null {
  const code = error instanceof Error && "syscall" in error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}
