export type { Dialect } from "./dialects/dialect.js";
export { duckdb } from "./dialects/duckdb.js";
export { type FrameRequest, frameSql, hiddenColumn } from "./frame.js";
export { type KnownKeysRequest, knownKeysSql } from "./known-keys.js";
export { NO_HINTS, type ViewHints } from "./lower/member.js";
export { type SampleRequest, sampleSql } from "./sample.js";
export { type StateColumns, type StateRequest, stateColumns, stateSql, unusedRowsSql } from "./state.js";
export { type ViewExplainRequest, viewExplainSql } from "./view-explain.js";
export { type ViewStatsRequest, viewStatsSql } from "./view-stats.js";
