import { didYouMean, LockstepError } from "@lockstep/core";
import type { FeatureReader, ReadOptions } from "@lockstep/online";
import { may } from "../auth/grant.js";
import { beforeDeadline } from "../limits/deadline.js";
import type { Limits } from "../limits/limits.js";
import { countValues } from "../metrics/count-values.js";
import type { Metrics } from "../metrics/metrics.js";
import { step } from "../tracing/request-trace.js";
import type { Version } from "../versions.js";
import type { RequestState } from "./request-state.js";

export interface RequestReaderOptions {
  readonly reader: FeatureReader;
  readonly limits: Limits;
  readonly metrics: Metrics;
}

/** Reads for one request: what its caller is permitted, within its limits, and counted. */
export function requestReader(
  { reader, limits, metrics }: RequestReaderOptions,
  { owners, serving }: Pick<Version, "owners" | "serving">,
  state: RequestState,
): FeatureReader {
  return {
    read: async (service, rows, options) => {
      requireRead(state);
      const columns = owners.get(service);
      if (!columns) throw serviceUnknown(service, [...owners.keys()]);
      state.operation = "read";
      state.services.add(service);
      state.rows += rows.length;
      state.budget.spend(rows.length, options?.columns?.length ?? columns.size);
      const { trace } = state;
      const told: { -readonly [K in keyof ReadOptions]: ReadOptions[K] } = { ...options, requestId: state.id };
      if (serving) told.serving = serving;
      if (trace) told.aroundOnDemands = (work) => trace.step("on-demand", work);
      const reading = step(trace, "read", () => reader.read(service, rows, told));
      const answer = await beforeDeadline(reading, state.started, limits.timeMs);
      countValues(answer, columns, metrics);
      return answer;
    },
  };
}

const NOT_PERMITTED = new LockstepError({
  code: "FORBIDDEN",
  place: "the request",
  what: "its caller may not read features",
  mend: "use credentials that are permitted to",
});

/** The same answer whatever such a caller asks for. */
export function requireRead({ caller }: Pick<RequestState, "caller">): void {
  if (!may(caller.grant, "read")) throw NOT_PERMITTED;
}

/** The same for what the caller may not know of as for what there is not. */
export const serviceUnknown = (name: string, names: readonly string[]) =>
  new LockstepError({
    code: "SERVICE_UNKNOWN",
    place: `'${name}'`,
    what: `there is no such feature service${didYouMean(name, names)}`,
    mend: names.length > 0 ? `choose one of ${names.join(", ")}` : "none is applied yet",
  });
