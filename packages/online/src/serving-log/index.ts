export type { TracedAnswer } from "./encode-record.js";
export { loggedReader } from "./logged-reader.js";
export { type LogFile, readServingLog } from "./read-log.js";
export type { LoggedAnswer, LoggedColumn, LoggedShape } from "./record.js";
export { openServingLog, type ServingLog, type ServingLogOptions, type ServingLogState } from "./serving-log.js";
