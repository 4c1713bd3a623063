const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, "$1***@"],
  [/\b(bearer|basic)\s+[^\s"',]+/gi, "$1 ***"],
  [/\bey[\w-]{8,}\.[\w-]+\.[\w-]*/g, "***"],
  [/((?:password|passwd|secret|api[-_]?key|token)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;}]+)/gi, "$1***"],
];

/** A text of somebody else's, such as an unforeseen error's, without what looks like credentials. */
export const redact = (text: string): string =>
  SECRETS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
