import { formatInstant } from "@lockstep/core";
import { encodeKey } from "@lockstep/online";
import { keyHash, type Tombstone } from "@lockstep/registry";
import { same } from "../agreement.js";
import type { Settled } from "../cause-of.js";
import type { Disagreement, Found } from "../compare.js";
import type { Marks } from "../context.js";
import { lossyType } from "../lossy.js";
import { keyOf } from "../pool.js";
import { ownMembers, type SubjectColumn, type SubjectView } from "../subject.js";
import type { Hypotheses, Values } from "./hypotheses.js";
import type { ServedGroup } from "./judge-served.js";
import type { LogContext } from "./log-context.js";
import type { ServedRow } from "./served-row.js";

/** What recomputing alone decides; the first row that fits. */
export function settled(
  context: LogContext,
  { subject, answered }: ServedGroup,
  d: Disagreement,
  row: ServedRow,
  place: number,
  { byT, byAt, clock, redefined, others, pushed, nothing }: Hypotheses,
  marks: Marks,
): Settled | null {
  const { online } = d;
  const { answer, at } = row;
  const is = (of: Values) => agreesWith(online, of, d.column, place);
  if (online.error === "STATE_CORRUPT")
    return { cause: "corrupt", evidence: "the stored bytes failed their checksum when they were read" };
  if (row.clockIsWrong && !is(byT) && clock.some(is)) {
    const apart = Number(answer.t - answer.wall) / 1e6;
    const evidence = `it is the value at ${formatInstant(answer.t)}; the server's wall clock said ${formatInstant(answer.wall)}, ${Math.abs(apart)} s ${apart > 0 ? "earlier" : "later"}`;
    return { cause: "clock", evidence };
  }
  if (is(byAt)) {
    // Only a frame's value can differ from that.
    const other = others.find(({ of }) => agreesWith(d.offline, of, d.column, place));
    if (other) {
      const evidence = `the frame has the value by the definition of version ${other.version}, and version ${answered.version} answered`;
      return { cause: "redefined", evidence };
    }
    return {
      cause: "rewritten",
      evidence: "the training query now gives what was served: the frame was made from other rows",
    };
  }
  const own = ownMembers(subject, subject.columns[d.column] as SubjectColumn);
  if (is(byT)) {
    const lags = own.flatMap(({ view }) => {
      const mark = marks.get(view.name);
      return mark ? [{ view: view.name, mark, lag: at - mark.t }] : [];
    });
    const [most] = lags.sort((a, b) => (a.lag > b.lag ? -1 : 1));
    const told = most
      ? `T of view '${most.view}' was ${formatInstant(most.mark.t)} (run ${most.mark.run}), ${Number(most.lag) / 1e6} s before the request; rows of that time were not there yet`
      : "it is the value of what was known by T";
    return { cause: "stale", evidence: told };
  }
  if (pushed && is(pushed.reached))
    return {
      cause: "stale",
      evidence:
        "it is the value of what was known by T and of the pushed rows that the source has; it has others of that time that were not pushed",
    };
  if (pushed && is(pushed.all))
    return {
      cause: "pushed only",
      evidence: "it is the value of what was known by T and of all pushed rows, some of which the source does not have",
    };
  if (redefined.some(is)) {
    const evidence = `version ${answered.version} answered, and it is right by that one's definition; version ${context.version.version} is what it is compared with`;
    return { cause: "redefined", evidence };
  }
  const tombstone = own.map((member) => tombstoneOf(context, member, row)).find((t) => t !== undefined);
  if (tombstone) {
    const none = nothing[d.column]?.[place];
    if (none && same(online, none))
      return {
        cause: "forgotten",
        evidence: `the key was forgotten at ${tombstone.at}, and its rows are still in the source`,
      };
    const now = byAt[d.column]?.[place];
    if (none && now && same(none, now))
      return {
        cause: "forgotten",
        evidence: `the key was forgotten at ${tombstone.at}, and its rows are gone from the source`,
      };
  }
  for (const right of [byT, byAt].map((of) => of[d.column]?.[place])) {
    const lost = right && right.status === online.status ? lossyType(right.value, online.value) : null;
    if (lost !== null && lost !== undefined)
      return { cause: "lossy type", evidence: `what was served is the right value as a ${lost}` };
  }
  return null;
}

export function agreesWith(found: Found, of: Values, column: number, place: number | undefined): boolean {
  const value = of[column]?.[place ?? -1];
  return value !== undefined && value !== null && same(found, value);
}

function tombstoneOf({ state, version }: LogContext, member: SubjectView, { input }: ServedRow): Tombstone | undefined {
  if (state.forgotten.length === 0) return undefined;
  const { view } = member;
  const types = view.keys.map((k) => k.type);
  const key = encodeKey(view.entity ?? "", types, keyOf(input, member));
  if (key === null) return undefined;
  const hash = keyHash(version.repo.project, key);
  return state.forgotten.find((f) => f.entity === view.entity && f.key === hash);
}
