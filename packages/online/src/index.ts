export type * from "./answer.js";
export {
  decodeState,
  encodeState,
  type KeyState,
  readStamp,
  STAMP_LENGTH,
  STAMP_OFFSET,
  stateWriter,
} from "./codec.js";
export { evaluateState, type ViewEvaluator, viewEvaluator } from "./evaluate-state.js";
export type { FeatureValue } from "./feature-value.js";
export { decodeKey, encodeKey, keyEncoder, keyWriter } from "./keys.js";
export { type LmdbOptions, openLmdbStore } from "./lmdb-store.js";
export { isIntact } from "./open-state.js";
export * from "./pushes/index.js";
export { createReader, type ReaderOptions } from "./reader.js";
export { openRedisClusterStore, type RedisClusterOptions } from "./redis/cluster.js";
export { openRedisSentinelStore, type RedisSentinelOptions } from "./redis/sentinel.js";
export { openRedisStore, type RedisOptions } from "./redis/single.js";
export { isRolledBack } from "./request-instant.js";
export { instantBytes, instantOf } from "./row-instant.js";
export * from "./serving-log/index.js";
export { eachState, type States, stateAt } from "./states.js";
export { packStates, StatesWriter } from "./states-writer.js";
export * from "./store.js";
export { type OnlineStoreConfig, openOnlineStore } from "./store-registry.js";
export { storeRolledBack } from "./store-rolled-back.js";
