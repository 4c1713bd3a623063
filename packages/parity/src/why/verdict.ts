import { formatInstant } from "@lockstep/core";
import type { Stamp } from "@lockstep/online";
import type { Why, WhyRow } from "./report.js";
import type { Answered } from "./why.js";

export interface Sides {
  readonly t: bigint;
  readonly mark: Stamp | null;
  readonly offline: Answered;
  readonly expected: Answered | null;
  readonly online: Answered | null;
  readonly rows: readonly WhyRow[];
  readonly agree: (a: Answered, b: Answered) => boolean;
}

/** What both sides and the rows come to, in a sentence. */
export function verdictOf({ t, mark, offline, expected, online, rows, agree }: Sides): Why["verdict"] {
  if (mark === null) {
    return { state: "unknown", says: "the view was never materialized: there is no online value" };
  }
  if (!expected || !online) {
    const before = `${formatInstant(t)} is before T: what was served then is in no store, and only a serving log could tell`;
    return { state: "unknown", says: before };
  }
  if (!agree(expected, online)) {
    const why = online.error ? `: ${online.error}` : "";
    return {
      state: "wrong",
      says: `the online store does not have the value of the rows known by T${why}: run a full \`fs materialize\`, and \`fs parity\``,
    };
  }
  if (agree(offline, online)) return { state: "agrees", says: "both sides agree" };
  const late = rows.filter((r) => r.online === "known after T").length;
  const many = late === 1 ? "1 row was" : `${late} rows were`;
  return { state: "explained", says: `stale: ${many} known by then and not by T, which the next run takes in` };
}
