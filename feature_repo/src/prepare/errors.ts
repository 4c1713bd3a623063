/** An error of the preparation: what is wrong and how to mend it, in one sentence. */
export function prepareError(what: string, mend: string, cause?: unknown): Error {
  return new Error(`${what}; ${mend}`, cause === undefined ? {} : { cause });
}
