import { createHash } from "node:crypto";
import type { AuthSettings } from "@lockstep/core";

/** What every request of a load carries. Who asks for no key lets it pass. */
export const API_KEY = "c0ffee00c0ffee00c0ffee00c0ffee00";

export const AUTH: AuthSettings = {
  keys: [{ name: "load", sha256: createHash("sha256").update(API_KEY).digest("hex") }],
};
