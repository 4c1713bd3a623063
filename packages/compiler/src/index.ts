export type { Dialect } from "./dialects/dialect.js";
export { duckdb } from "./dialects/duckdb.js";
export { type ExpressionRequest, expressionColumns, expressionSql } from "./expression.js";
export { type FrameRequest, frameSql, hiddenColumn, type KnownBy, knownByOf } from "./frame.js";
export { givenKeysSql } from "./given-keys.js";
export { type GreatSumsRequest, greatSumsSql, rowsOfKeySql } from "./great-sums.js";
export { type EntryColumns, entryColumns, type IdIndexRequest, idIndexSql } from "./id-index.js";
export { KEY_ROWS, type KeyRowsRequest, keyRowsSql } from "./key-rows.js";
export { type KnownKeysRequest, knownKeysSql } from "./known-keys.js";
export { keyColumn } from "./lower/events.js";
export { NO_HINTS, type ViewHints } from "./lower/member.js";
export { keyHashesSql, type RowHashesRequest, rowHashesSql, withoutRows } from "./row-hashes.js";
export { type SampleRequest, sampleSql } from "./sample.js";
export {
  countedKeysSql,
  type StateColumns,
  type StateRequest,
  stateColumns,
  stateSql,
  unusedRowsSql,
} from "./state.js";
export { type Touch, type Touched, type TouchedRequest, touchedKeys } from "./touched.js";
export { type ViewExplainRequest, viewExplainSql } from "./view-explain.js";
export { asksPerKeySql, keyCountsSql, settleSql, type ViewStatsRequest } from "./view-stats.js";
export { type PushedTo, pushedColumns, pushedFactsSql, withPushed } from "./with-pushed.js";
