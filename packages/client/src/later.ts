/** Where a runtime has it, it costs nothing; a timer of 0 ms may take one. */
const { setImmediate } = globalThis as { setImmediate?: (work: () => void) => void };

/** Runs work after all that this turn of the event loop has to do. */
export const later: (work: () => void) => void = setImmediate ?? ((work) => setTimeout(work, 0));
