/** The caller's own id of the request where it is one that may go into a log, else a new one. */
export const requestIdOf = (given: string | null | undefined): string =>
  given && /^[\w.:-]{1,80}$/.test(given) ? given : crypto.randomUUID();
