import { type Diagnostic, formatDiagnostic } from "@lockstep/core";
import type { Logger } from "./logs/logger.js";

/** Of what the server stands on: places are addresses and paths, and mending is its operator's business. */
const INTERNALS: readonly (readonly [RegExp, string])[] = [
  [/^ONLINE_/, "the online store can't be read at the moment"],
  [/^(REGISTRY|BUNDLE|FILE|CONFIG|SECRET|LMDB)_/, "what is served can't be found out at the moment"],
];

/** What callers may know of an error. */
export function publicDiagnostic(diagnostic: Diagnostic): Diagnostic {
  const what = INTERNALS.find(([pattern]) => pattern.test(diagnostic.code))?.[1];
  return what === undefined ? diagnostic : { code: diagnostic.code, what, mend: "try again soon" };
}

/** Logs what callers may not know. */
export function logInternals(diagnostics: readonly Diagnostic[], requestId: string, log: Logger): void {
  for (const d of diagnostics) {
    if (publicDiagnostic(d) !== d) log("error", "unavailable", { requestId, code: d.code, error: formatDiagnostic(d) });
  }
}
