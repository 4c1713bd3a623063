import { formatInstant } from "@lockstep/core";
import type { ParityLogReport, ParityReport } from "lockstep";

/** The report as `fs parity --json` prints it: instants in ISO 8601, and files by their paths. */
export interface Compared extends Omit<ParityReport, "watermark" | "now" | "reproduction"> {
  readonly watermark: string | null;
  readonly now: string;
  /** The file with what it takes to look at differences that nothing explains. */
  readonly reproduction: string | null;
  /** What was read of the serving log; absent: the online store was asked. */
  readonly log?: ParityLogReport["log"];
}

export function comparedOf(
  { watermark, now, ...report }: ParityReport | ParityLogReport,
  reproduction: string | null,
): Compared {
  const materialized = report.views.some((v) => v.watermark !== null) || ("log" in report && watermark > NEVER);
  return {
    ...report,
    watermark: materialized ? formatInstant(watermark) : null,
    now: formatInstant(now),
    reproduction,
  };
}

/** The T of a log without any answer of a view. */
const NEVER = -(2n ** 63n);
