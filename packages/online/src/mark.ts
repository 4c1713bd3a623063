import { readStamp, stampBytes } from "./stamp.js";
import type { Stamp } from "./store.js";

const FORMAT_VERSION = 1;

/** What `publish` stores: it begins like a state, so that one compare-and-put serves both. */
export const markBytes = (stamp: Stamp): Buffer => Buffer.concat([Buffer.of(FORMAT_VERSION), stampBytes(stamp)]);

export const markStamp = (mark: Uint8Array): Stamp => readStamp(mark);
