import { count } from "../numbers.js";
import type { Compared } from "./compared.js";

type Cause = keyof Compared["causes"];

/** Those that are no fault of the store's own may be allowed. */
export const EXPLAINED_CAUSES: readonly Cause[] = [
  "stale",
  "late",
  "rewritten",
  "pushed only",
  "redefined",
  "clock",
  "lossy type",
  "forgotten",
];

export const isExplained = (cause: string): boolean => (EXPLAINED_CAUSES as readonly string[]).includes(cause);

/** `3 corrupt, 1 wrong state`. */
export const causesText = (causes: Compared["causes"]): string =>
  Object.entries(causes)
    .map(([cause, n]) => `${count(n)} ${cause}`)
    .join(", ");
