import { LockstepError } from "@lockstep/core";
import type { PushAnswer, Pusher } from "@lockstep/online";
import { beforeDeadline } from "../limits/deadline.js";
import type { Limits } from "../limits/limits.js";
import type { Metrics } from "../metrics/metrics.js";
import type { RequestState } from "../requests/request-state.js";
import { step } from "../tracing/request-trace.js";
import { sourceUnknown } from "./catalog-sources.js";

export interface RequestPusherOptions {
  /** Null: nobody may push. */
  readonly pusher: Pusher | null;
  readonly limits: Limits;
  readonly metrics: Metrics;
}

/** What a caller sees, of which pushing may say something. */
export interface PushScope {
  readonly sources: readonly string[];
  readonly views: readonly string[];
}

/** Pushes for one request: what its caller is permitted, within its limits, and counted. */
export function requestPusher(
  { pusher, limits, metrics }: RequestPusherOptions,
  { sources, views }: PushScope,
  state: RequestState,
): Pusher {
  return {
    push: async (source, rows) => {
      if (!pusher || sources.length === 0) throw NOT_PERMITTED;
      if (!sources.includes(source)) throw sourceUnknown(source, sources);
      state.operation = "push";
      state.sources.add(source);
      state.rows += rows.length;
      state.budget.push(rows.length);
      const pushing = step(state.trace, "push", () => pusher.push(source, rows));
      const answers = await beforeDeadline(pushing, state.started, limits.timeMs);
      metrics.pushed(source, countOf(answers));
      for (const answer of answers) if (answer.status === "REJECTED") state.refusals.add(answer.code);
      return answers.map((answer) => seen(answer, views));
    },
  };
}

/** Without the names of views that the caller doesn't know. */
function seen(answer: PushAnswer, views: readonly string[]): PushAnswer {
  if (!("late" in answer) || answer.late === undefined) return answer;
  const late = answer.late.filter((view) => views.includes(view));
  return late.length > 0 ? { ...answer, late } : { status: answer.status };
}

function countOf(answers: readonly PushAnswer[]): Readonly<Record<PushAnswer["status"], number>> {
  const counts = { ACCEPTED: 0, DUPLICATE: 0, LATE: 0, REJECTED: 0 };
  for (const { status } of answers) counts[status]++;
  return counts;
}

const NOT_PERMITTED = new LockstepError({
  code: "FORBIDDEN",
  place: "the request",
  what: "its caller may not push rows",
  mend: "use credentials that are permitted to, of a server that takes pushes",
});
