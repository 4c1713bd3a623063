export { createPusher } from "./create-pusher.js";
export type { EvidenceSettings } from "./evidence.js";
export { type ForgetContext, type Forgotten, forget } from "./forget.js";
export {
  type MaterializeContext,
  type MaterializeOptions,
  type MaterializeProgress,
  type MaterializeResult,
  materialize,
} from "./materialize.js";
export { type PushContext, push } from "./push.js";
export { type PushInput, type PushProgress, type PushReport, pushInput } from "./push-input.js";
export { type SweepContext, type SweepOptions, type Swept, sweep } from "./sweep.js";
