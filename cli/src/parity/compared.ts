import { formatInstant } from "@lockstep/core";
import type { ParityReport } from "lockstep";

/** The report as `fs parity --json` prints it: instants in ISO 8601, and files by their paths. */
export interface Compared extends Omit<ParityReport, "watermark" | "now" | "reproduction"> {
  readonly watermark: string | null;
  readonly now: string;
  /** The file with what it takes to look at differences that nothing explains. */
  readonly reproduction: string | null;
}

export function comparedOf({ watermark, now, ...report }: ParityReport, reproduction: string | null): Compared {
  const materialized = report.views.some((v) => v.watermark !== null);
  return {
    ...report,
    watermark: materialized ? formatInstant(watermark) : null,
    now: formatInstant(now),
    reproduction,
  };
}
