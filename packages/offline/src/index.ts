export { type Chunk, Database, type DatabaseOptions } from "./database.js";
export { Frame, type FrameColumn, type FrameTimes } from "./frame.js";
export type { Labels } from "./labels.js";
export { namingOverflow } from "./overflow.js";
export { checkSources, localSources, type Sources } from "./sources.js";
export { type FrameContext, type FrameOptions, serviceFeatures, trainingFrame } from "./training-frame.js";
