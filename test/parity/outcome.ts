import type { Cause, ParityLogReport, ParityReport } from "@lockstep/parity";
import { parity as command } from "../../cli/src/commands/parity.js";
import { comparedOf } from "../../cli/src/parity/compared.js";

/** The causes that a report names, and the exit code that `fs parity` ends with. */
export function outcome(report: ParityReport | ParityLogReport): { causes: Cause[]; exit: number | undefined } {
  return {
    causes: Object.keys(report.causes) as Cause[],
    exit: command.exitCode?.(comparedOf(report, null), { service: [], reproduction: "" }),
  };
}
