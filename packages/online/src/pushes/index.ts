export type { Entry } from "./entry.js";
export { type EntryBatch, firstIdStates } from "./entry-batch.js";
export { decodeGiven, encodeGiven } from "./given-row.js";
export { decodeIdState, encodeIdState, heldOf, type IdState, nextIdState } from "./id-index.js";
export { bytesText, givenKey, idKey, idKeys, isGivenKey, isIdKey } from "./id-key.js";
export { keyOf, type Link, linksOf } from "./link.js";
export { ledgerIds } from "./merge.js";
export type { PushAnswer, Pusher, Rejection } from "./pusher.js";
export { decodeRow, encodeRow, type Held, type PushRow } from "./row-codec.js";
