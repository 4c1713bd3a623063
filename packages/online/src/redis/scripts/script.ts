import { createHash } from "node:crypto";

/** What a server runs as a whole, without anything in between. It knows a script by its hash once it was sent its text. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
  /** The words that call it by its hash. */
  readonly call: string;
}

/** As they go over the wire. */
export const wordsOf = (...words: readonly string[]): string =>
  words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("");

export const script = (...parts: readonly string[]): Script => {
  const lua = parts.join("\n").trim();
  const sha = createHash("sha1").update(lua).digest("hex");
  return { lua, sha, call: wordsOf("EVALSHA", sha) };
};
