export { decodeState } from "./decode-state.js";
export { encodeState, stateWriter } from "./encode-state.js";
export type { KeyState } from "./key-state.js";
export { readStamp, STAMP_LENGTH, STAMP_OFFSET } from "./stamp.js";
