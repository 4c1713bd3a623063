export type { Options } from "./available.js";
export { sameValue } from "./compare.js";
export { evaluate } from "./evaluate.js";
export type { Aggregate, Answer, Bounds, OracleFeature, OracleView, OracleWindow, RowFn } from "./feature.js";
export { trainingFrame } from "./frame.js";
export { OracleOverflow } from "./overflow.js";
export { resultType } from "./resultType.js";
export type { OracleSource, Row } from "./source.js";
export { compareValues, type Type, type Value } from "./values.js";
