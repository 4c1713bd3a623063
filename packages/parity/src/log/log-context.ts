import type { Computations, Instant } from "@lockstep/core";
import type { AppliedVersion, EvidenceFolder } from "@lockstep/registry";
import type { ParityContext } from "../context.js";
import type { RateLimit } from "../rate-limit.js";

/** What it takes to look at what was served: every version that was, and what runs noted. */
export interface LogContext extends ParityContext {
  readonly evidence: EvidenceFolder;
  /** Where the environment's clock stands still; null: it is the real one. */
  readonly clock: Instant | null;
  /** Of what is read from the online store. Default: none. */
  readonly limit?: RateLimit;
  /** A version's on-demand functions. */
  readonly computationsOf: (version: AppliedVersion) => Promise<Computations>;
}
