import { createHash } from "node:crypto";

/** What a server runs as a whole, without anything in between. It knows a script by its hash once it was sent its text. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export const script = (...parts: readonly string[]): Script => {
  const lua = parts.join("\n").trim();
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
};
