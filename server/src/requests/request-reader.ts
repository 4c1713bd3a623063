import { LockstepError, type RepoIR } from "@lockstep/core";
import type { FeatureReader } from "@lockstep/online";
import { may } from "../auth/grant.js";
import { beforeDeadline } from "../limits/deadline.js";
import type { Limits } from "../limits/limits.js";
import { countValues, ownersOf } from "../metrics/count-values.js";
import type { Metrics } from "../metrics/metrics.js";
import type { RequestState } from "./request-state.js";

export interface RequestReaderOptions {
  readonly reader: FeatureReader;
  readonly limits: Limits;
  readonly metrics: Metrics;
}

const known = new WeakMap<RepoIR, ReturnType<typeof ownersOf>>();

/** Reads for one request: what its caller is permitted, within its limits, and counted. */
export function requestReader(options: RequestReaderOptions, repo: RepoIR, state: RequestState): FeatureReader {
  const { reader, limits, metrics } = options;
  return {
    read: async (service, rows, more) => {
      if (!may(state.caller.grant, "read", service)) throw notPermitted(service);
      const owners = ownersIn(repo).get(service);
      state.operation = "read";
      state.services.add(service);
      state.rows += rows.length;
      state.budget.spend(rows.length, more?.columns?.length ?? owners?.size ?? 1);
      const answer = await beforeDeadline(reader.read(service, rows, more), state.started, limits.timeMs);
      countValues(answer, owners ?? new Map(), metrics);
      return answer;
    },
  };
}

function ownersIn(repo: RepoIR): ReturnType<typeof ownersOf> {
  const owners = known.get(repo) ?? ownersOf(repo);
  known.set(repo, owners);
  return owners;
}

const notPermitted = (service: string) =>
  new LockstepError({
    code: "FORBIDDEN",
    place: `feature service '${service}'`,
    what: "the caller may not read it",
    mend: "use credentials that are permitted to",
  });
