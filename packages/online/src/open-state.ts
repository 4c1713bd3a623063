import { LockstepError, type StateLayout } from "@lockstep/core";
import { checkedEnd } from "./checksum.js";
import { STAMP_LENGTH, STAMP_OFFSET } from "./stamp.js";
import { FORMAT_VERSION, type StateCodec, stateCodec } from "./state-codec.js";

const FINGERPRINT = STAMP_OFFSET + STAMP_LENGTH;
/** Where what the layout describes begins. */
export const PAYLOAD = FINGERPRINT + 2;

/** Whether a state's bytes are as they were written. A damaged stamp says nothing, and must not win. */
export const isIntact = (state: Uint8Array): boolean => typeof checkedEnd(state, FINGERPRINT) === "number";

/** A state's bytes that are whole, and of the layout. */
export interface OpenState {
  readonly codec: StateCodec;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the payload ends. */
  readonly end: number;
}

/**
 * Damaged bytes are STATE_CORRUPT; intact ones of another version of Lockstep are STATE_FORMAT, and of another
 * definition of the view STATE_LAYOUT.
 */
export function openState(layout: StateLayout, bytes: Uint8Array): OpenState {
  const codec = stateCodec(layout);
  const end = checkedEnd(bytes, FINGERPRINT);
  if (typeof end === "string") throw corrupt(end);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes[0] !== FORMAT_VERSION) throw anotherFormat(bytes[0]);
  if (end < PAYLOAD) throw corrupt("it ends too early");
  if (view.getUint16(FINGERPRINT, true) !== codec.fingerprint) throw anotherLayout();
  return { codec, bytes, view, end };
}

export const corrupt = (why: string) =>
  new LockstepError({
    code: "STATE_CORRUPT",
    what: `a state's bytes are damaged: ${why}`,
    mend: "run a full `fs materialize` of the view",
  });

const anotherFormat = (version: number | undefined) =>
  new LockstepError({
    code: "STATE_FORMAT",
    what: `a state has format ${version}, and this version of Lockstep reads ${FORMAT_VERSION}`,
    mend: "read it with the version that wrote it, or run a full `fs materialize` with this one",
  });

const anotherLayout = () =>
  new LockstepError({
    code: "STATE_LAYOUT",
    what: "a state was written for another definition of its view",
    mend: "run a full `fs materialize` of the view",
  });
