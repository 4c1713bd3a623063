import { isLockstepError } from "@lockstep/core";
import type { FeatureValue } from "./feature-value.js";

/** Why one value could not be had. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** A feature's value, or why there is none. */
export type Outcome = FeatureValue | Failure;

export const isFailure = <T extends object>(outcome: T | Failure): outcome is Failure => "code" in outcome;

/** What `attempt` gives, or as a failure what it says is wrong `of` something. Other errors are bugs and pass. */
export function outcomeOf<T>(of: () => string, attempt: () => T): T | Failure {
  try {
    return attempt();
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    return { code: error.code, message: `${of()}: ${error.diagnostics[0]?.what ?? error.message}` };
  }
}
