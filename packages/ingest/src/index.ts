export type { DamagedRows } from "./damaged-rows.js";
export type { EvidenceSettings } from "./evidence.js";
export { type ForgetContext, type Forgotten, forget } from "./forget.js";
export {
  type MaterializeContext,
  type MaterializeOptions,
  type MaterializeProgress,
  type MaterializeResult,
  materialize,
} from "./materialize.js";
export { type SweepContext, type SweepOptions, type Swept, sweep } from "./sweep.js";
