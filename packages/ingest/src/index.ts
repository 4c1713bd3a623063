export {
  type MaterializeContext,
  type MaterializeOptions,
  type MaterializeProgress,
  type MaterializeResult,
  materialize,
} from "./materialize.js";
