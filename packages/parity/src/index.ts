export { CAUSES, type Cause, causeNames } from "./causes.js";
export type { ParityContext } from "./context.js";
export type { LogContext } from "./log/log-context.js";
export { type LogCoverage, type ParityLogOptions, type ParityLogReport, parityLog } from "./log/parity-log.js";
export type { Occasion } from "./occasion.js";
export { parity } from "./parity.js";
export type {
  Causes,
  ParityCoverage,
  ParityDifference,
  ParityOptions,
  ParityReport,
  ParityRow,
  ParityTimes,
  ParityView,
  Side,
  Verdict,
} from "./report.js";
export type { Fate } from "./why/fates.js";
export type { FateCounts, Why, WhyOptions, WhyRow, WhyWindow } from "./why/report.js";
export { why } from "./why/why.js";
