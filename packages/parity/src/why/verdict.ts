import { formatInstant } from "@lockstep/core";
import type { Stamp } from "@lockstep/online";
import type { Became } from "../evidence/rows-since.js";
import type { Why, WhyRow } from "./report.js";
import type { Answered } from "./why.js";

export interface Sides {
  readonly t: bigint;
  readonly mark: Stamp | null;
  readonly offline: Answered;
  readonly expected: Answered | null;
  readonly online: Answered | null;
  readonly rows: readonly WhyRow[];
  /** What became of the source since the run that the state is of; null: it is not known, or nothing did. */
  readonly became: Became | null;
  /** The source should have some of the pushed rows by now, and does not. */
  readonly missing: boolean;
  readonly agree: (a: Answered, b: Answered) => boolean;
}

/** What both sides and the rows come to, in a sentence. */
export function verdictOf({ t, mark, offline, expected, online, rows, became, missing, agree }: Sides): Why["verdict"] {
  if (mark === null) {
    return { state: "unknown", says: "the view was never materialized: there is no online value" };
  }
  if (!expected || !online) {
    const before = `${formatInstant(t)} is before T: what was served then is in no store, and only a serving log could tell`;
    return { state: "unknown", says: before };
  }
  if (!agree(expected, online)) {
    if (became?.is === "late" || became?.is === "rewritten")
      return { state: "explained", says: `${became.is}: ${became.says}: run a full \`fs materialize\`` };
    const why = online.error ? `: ${online.error}` : "";
    return {
      state: "wrong",
      says: `the online store does not have the value of the rows known by T${why}: run a full \`fs materialize\`, and \`fs parity\``,
    };
  }
  if (agree(offline, online)) return { state: "agrees", says: "both sides agree" };
  const told = [...pushedText(rows, missing), ...staleText(rows)];
  return { state: "explained", says: told.join("; ") };
}

const counted = (n: number): string => (n === 1 ? "1 row was" : `${n} rows were`);

function pushedText(rows: readonly WhyRow[], missing: boolean): string[] {
  const pushed = rows.filter((r) => r.offline === "pushed only" && r.online !== "pushed only").length;
  if (pushed === 0) return [];
  return missing
    ? [`pushed only: ${counted(pushed)} pushed, and the source, which should have that by now, has not`]
    : [`${counted(pushed)} pushed, and the source does not have that yet`];
}

function staleText(rows: readonly WhyRow[]): string[] {
  const late = rows.filter((r) => r.online === "known after T").length;
  return late === 0 ? [] : [`stale: ${counted(late)} known by then and not by T, which the next run takes in`];
}
