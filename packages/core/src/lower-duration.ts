import { type Duration, durationMicros } from "./duration.js";
import { isLockstepError } from "./errors.js";
import type { Diagnostics } from "./repo.js";

/** A declared duration's microseconds; what is wrong with it is reported beside the other mistakes. */
export function lowerDuration(text: Duration, place: string, diagnostics: Diagnostics): number {
  try {
    return durationMicros(text, place);
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    for (const diagnostic of error.diagnostics) diagnostics.report(diagnostic);
    return 0;
  }
}
