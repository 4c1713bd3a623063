export { AGGREGATES, type AggregateRow, emptyValue, finishAggregate, needsOrderOfEvents } from "./aggregations.js";
export type { ApiKeySettings, AuthSettings, TokenSettings } from "./auth-settings.js";
export { columnValue } from "./column-value.js";
export type { Column, ListColumns, StateBatch } from "./columns.js";
export { type Computed, computeOnDemand } from "./compute.js";
export {
  defineConfig,
  type EnvironmentConfig,
  env,
  type LockstepConfig,
  type OnlineConfig,
  type RedisConfig,
  type Secret,
  type TlsConfig,
} from "./config.js";
export { type Duration, durationMicros, formatDuration } from "./duration.js";
export { type Entity, entity } from "./entity.js";
export { type Diagnostic, didYouMean, formatDiagnostic, isLockstepError, LockstepError, nearest } from "./errors.js";
export { compileExpr, type Evaluate, type RowValues } from "./evaluate.js";
export { type AnyExpr, days, type Expr, hours, iff, type Mistake, minutes, seconds, type TypeOf } from "./expr.js";
export { columnsRead, exprColumns } from "./expr-columns.js";
export { type AnswerOf, type FeatureService, featureService, type RequestOf } from "./feature-service.js";
export type { FeatureSet, FeatureTypes } from "./feature-view.js";
export {
  type AnyView,
  type FeatureRef,
  type FeatureView,
  featureView,
  type Member,
  type ViewMember,
} from "./feature-view.js";
export {
  type Aggregate,
  count,
  countDistinct,
  first,
  firstN,
  last,
  lastN,
  max,
  mean,
  min,
  type NullOptions,
  quantile,
  stddev,
  stddevPop,
  sum,
  variance,
  varPop,
  type WindowFeature,
} from "./features.js";
export {
  floorDiv,
  floorTo,
  formatDays,
  formatInstant,
  hourOf,
  type Instant,
  instant,
  parseDays,
  tryInstant,
  weekdayOf,
} from "./instant.js";
export type * from "./ir.js";
export {
  type FeaturePlan,
  type Ledger,
  type LedgerTie,
  type LifetimeGroup,
  ledgerTypes,
  type PartialSpec,
  type StateInput,
  type StateLayout,
  stateLayout,
  type TileGroup,
} from "./layout.js";
export { serviceColumns } from "./lower-service.js";
export { caseClashes } from "./names.js";
export type { RefTypes } from "./on-demand.js";
export { type OnDemand, type OnDemandContext, onDemand } from "./on-demand.js";
export { compareValues } from "./order.js";
export { type EventState, PARTIALS, type PartialFn, type PartialOf, type PartialRow, type State } from "./partials.js";
export type { PushAnswer, Rejection } from "./push-answer.js";
export { decimalFraction } from "./quantile.js";
export { type CompiledRepo, type Computations, compileRepo, type Declaration, isDeclaration } from "./repo.js";
export type {
  ApiKeyConfig,
  JwtAlgorithm,
  JwtConfig,
  ServerConfig,
  ServerGrant,
  ServerLimits,
  ServerOperation,
  StoreGuardConfig,
} from "./server-config.js";
export { SERVER_OPERATIONS } from "./server-config.js";
export type { RowOf, SourceRow } from "./source.js";
export { type ParquetOptions, parquet, type Source } from "./source.js";
export { compileSourceRow, type EventRow, type Unused } from "./source-row.js";
export { duckdbType, TYPE_TABLE, type TypeRow, typeRow, typescriptType } from "./type-table.js";
export type {
  AnyType,
  Bool,
  Bytes,
  DataType,
  DateType,
  Decimal,
  DurationType,
  Float32,
  Float64,
  Int32,
  Int64,
  JsInput,
  JsOf,
  Json,
  ListOf,
  Text,
  Timestamp,
  Types,
} from "./types.js";
export { sameType, t, typeName } from "./types.js";
export { defaultHop, type WindowOptions } from "./window.js";
export { decimalText, decimalUnscaled, fromWire, toWire, tryFromWire, type Value, type Wire } from "./wire.js";
