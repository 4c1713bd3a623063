import type { Caller } from "../auth/caller.js";
import { type Budget, budget } from "../limits/budget.js";
import type { Limits } from "../limits/limits.js";
import type { RequestTrace } from "../tracing/request-trace.js";
import type { Version, Versions } from "../versions.js";

/** What is known of a request while it is answered: for its limits, its log line and its metrics. */
export interface RequestState {
  readonly id: string;
  readonly caller: Caller;
  /** As `performance.now()` has it. */
  readonly started: number;
  readonly budget: Budget;
  /** Null: it isn't traced. */
  readonly trace: RequestTrace | null;
  /** What it turned out to be, for metrics: `read`, `push`, `schema`, `health`, or `none` before that is known. */
  operation: string;
  /** The feature services that it asked for. */
  readonly services: Set<string>;
  /** Those that it pushed rows of. */
  readonly sources: Set<string>;
  rows: number;
  /** Of the errors in its answer. */
  readonly codes: string[];
  /** What is served to it, once that has been looked up. */
  version?: Version | Promise<Version>;
  /** Why pushed rows were refused. */
  readonly refusals: Set<string>;
}

export const requestState = (
  id: string,
  caller: Caller,
  limits: Limits,
  started: number,
  trace: RequestTrace | null = null,
): RequestState => ({
  id,
  caller,
  started,
  trace,
  budget: budget(limits),
  operation: "none",
  services: new Set(),
  sources: new Set(),
  rows: 0,
  codes: [],
  refusals: new Set(),
});

/** Looked up once for each request, so that its schema and all of its reads are of one version. */
export function versionOf(state: RequestState, versions: Versions): Version | Promise<Version> {
  state.version ??= versions(state.caller.grant);
  return state.version;
}

/** The service of a request that asked for one. */
export const onlyService = ({ services }: RequestState): string => {
  const [first = ""] = services;
  return services.size === 1 ? first : "";
};
