import { formatInstant } from "@lockstep/core";
import { compareStamps } from "@lockstep/online";
import { same } from "./agreement.js";
import type { Cause } from "./causes.js";
import type { Disagreement, Found } from "./compare.js";
import type { Became } from "./evidence/rows-since.js";
import { lossyType } from "./lossy.js";
import type { Recomputed } from "./recompute.js";
import type { StoredState } from "./stored-states.js";

export interface Evidence {
  /** The answer from freshly built states. */
  readonly rebuilt: Found;
  /** The answer of the store, asked again. */
  readonly reread: Found;
  readonly states: readonly StoredState[];
  readonly forgotten: boolean;
  /** The value with all pushed rows, those too that the source should have and does not; null: none were pushed. */
  readonly withAllPushed: Recomputed | null;
}

export interface Settled {
  readonly cause: Cause;
  readonly evidence: string;
  /** There is no state, or none that can be read: no change of the source makes it so. */
  readonly unreadable?: boolean;
}

/** The first row that fits. */
export function causeOf(
  { offline, online, allowed }: Pick<Disagreement, "offline" | "online" | "allowed">,
  { rebuilt, reread, states, forgotten, withAllPushed }: Evidence,
): Settled {
  if (!same(online, reread))
    return { cause: "unknown", evidence: "the online store answered the same request in two ways" };
  if (online.error === "STATE_CORRUPT") return { cause: "corrupt", evidence: "the stored bytes fail their checksum" };
  if (forgotten && states.every((s) => s.stamp === null))
    return { cause: "forgotten", evidence: "the registry has a tombstone for the key, and its rows are in the source" };
  if (withAllPushed && same(online, withAllPushed)) {
    const evidence =
      "with the pushed rows that the source should have by now, and has not, it is the value that is served";
    return { cause: "pushed only", evidence };
  }
  const right = withAllPushed ?? { ...offline, allowed };
  if (!same(rebuilt, right)) {
    const what = rebuilt.error ?? `${String(rebuilt.value)} ${rebuilt.status}`;
    return {
      cause: "unknown",
      evidence: `the training query and a fresh build of the state disagree: the build gives ${what}`,
    };
  }
  const lost = online.status === right.status ? lossyType(right.value, online.value) : null;
  if (lost !== null) return { cause: "lossy type", evidence: `the stored value is the right one as a ${lost}` };
  const unreadable = online.error !== undefined || states.some((s) => s.stamp === null);
  return { cause: "wrong state", evidence: stateEvidence(online, states), unreadable };
}

/** A state is not wrong where it is what the run read, and the source has changed since. */
export function withSource(settled: Settled, became: Became): Settled {
  if (settled.cause !== "wrong state") return settled;
  // Of a key that was not there before, the rows are late, and it has no state.
  if (became.is === "late" || (became.is === "rewritten" && !settled.unreadable))
    return { cause: became.is, evidence: became.says };
  return { ...settled, evidence: `${settled.evidence}; ${became.says}` };
}

function stateEvidence(online: Found, states: readonly StoredState[]): string {
  if (online.error === "STATE_LAYOUT") return "the stored state was written for another definition of the view";
  if (online.error !== undefined) return `the read fails with ${online.error}`;
  if (states.some((s) => s.stamp === null)) return "no state is stored for the key, and the source has rows of it";
  const behind = states.find((s) => s.stamp !== null && compareStamps(s.stamp, s.mark) < 0);
  return behind?.stamp
    ? `the key's state is of run ${behind.stamp.run}, T ${formatInstant(behind.stamp.t)}; a fresh build at the T of run ${behind.mark.run} gives another one`
    : "the bytes are intact, and a fresh build at the same T gives other ones";
}
