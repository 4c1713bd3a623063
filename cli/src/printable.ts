// Control characters, and those that turn the direction of text: from data they could forge what a terminal shows.
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Prose on one line. */
export const oneLine = (text: string): string => printable(text.trim().replace(/\s+/g, " "));

/** Text on one line, with nothing in it that a terminal obeys. */
export const printable = (text: string): string =>
  text.replace(UNSAFE, (c) => SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
