export type { ArrowLabels } from "./arrow-labels.js";
export { type Chunk, Database, type DatabaseOptions } from "./database.js";
export type { FrameExplanation, ViewExplanation } from "./explain.js";
export { type Fingerprint, fingerprints } from "./fingerprint.js";
export { Frame, type FrameChunk, type FrameColumn, type FrameTimes, type ParquetOutput } from "./frame.js";
export type { Grid } from "./grid.js";
export { insertRows } from "./insert-rows.js";
export type { ConnectionLabels, Labels } from "./labels.js";
export { namingOverflow } from "./overflow.js";
export { checkSources, localSources, type Sources } from "./sources.js";
export { stateBatch } from "./state-batch.js";
export {
  type Asked,
  type FrameContext,
  type FrameOptions,
  type FrameSettings,
  serviceFeatures,
  trainingFrame,
} from "./training-frame.js";
