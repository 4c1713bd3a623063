import { LockstepError } from "@lockstep/core";
import type { FeatureReader } from "@lockstep/online";
import { may } from "../auth/grant.js";
import { beforeDeadline } from "../limits/deadline.js";
import type { Limits } from "../limits/limits.js";
import { type ColumnOwners, countValues } from "../metrics/count-values.js";
import type { Metrics } from "../metrics/metrics.js";
import type { RequestState } from "./request-state.js";

export interface RequestReaderOptions {
  readonly reader: FeatureReader;
  readonly limits: Limits;
  readonly metrics: Metrics;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Reads for one request: what its caller is permitted, within its limits, and counted. */
export function requestReader(
  { reader, limits, metrics }: RequestReaderOptions,
  owners: ColumnOwners,
  state: RequestState,
): FeatureReader {
  return {
    read: async (service, rows, options) => {
      if (!may(state.caller.grant, "read", service)) throw notPermitted(service);
      const columns = owners.get(service) ?? NONE;
      state.operation = "read";
      state.services.add(service);
      state.rows += rows.length;
      state.budget.spend(rows.length, options?.columns?.length ?? columns.size);
      const answer = await beforeDeadline(reader.read(service, rows, options), state.started, limits.timeMs);
      countValues(answer, columns, metrics);
      return answer;
    },
  };
}

const notPermitted = (service: string) =>
  new LockstepError({
    code: "FORBIDDEN",
    place: `feature service '${service}'`,
    what: "the caller may not read it",
    mend: "use credentials that are permitted to",
  });
