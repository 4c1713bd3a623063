export type { Dialect } from "./dialects/dialect.js";
export { duckdb } from "./dialects/duckdb.js";
export { type ExpressionRequest, expressionColumns, expressionSql } from "./expression.js";
export { type FrameRequest, frameSql, hiddenColumn } from "./frame.js";
export { NO_HINTS, type ViewHints } from "./lower/member.js";
export { type SampleRequest, sampleSql } from "./sample.js";
export { type StateColumns, type StateRequest, stateColumns, stateSql, unusedRowsSql } from "./state.js";
export { type ViewStatsRequest, viewStatsSql } from "./view-stats.js";
