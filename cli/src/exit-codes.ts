export const OK = 0;
/** A mistake, or an operation that failed. */
export const FAILED = 1;
/** `fs parity` found differences. */
export const DIFFERENT = 2;
/** `fs parity` compared nothing. */
export const NOTHING_COMPARED = 3;
/** `fs push` set rows aside. */
export const REFUSED = 4;
/** Ctrl-C, as shells count it: 128 and the signal's number. */
export const INTERRUPTED = 130;
export const TERMINATED = 143;
