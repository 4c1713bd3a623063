export const OK = 0;
/** A mistake, or an operation that failed. */
export const FAILED = 1;
/** `fs parity` found differences of explained causes, more than are allowed. There is a report, as there is none after a mistake. */
export const EXPLAINED = 1;
/** `fs parity` found wrong states, corrupt ones, or differences that nothing explains. */
export const WRONG = 2;
/** `fs parity` compared nothing. */
export const NOTHING_COMPARED = 3;
/** `fs push` set rows aside. */
export const REFUSED = 4;
/** `fs codegen --check` found the file not to be what it would write. */
export const OUT_OF_DATE = 5;
/** Ctrl-C, as shells count it: 128 and the signal's number. */
export const INTERRUPTED = 130;
export const TERMINATED = 143;
