import type { AuthSettings } from "@lockstep/core";
import { keyHolders } from "./api-keys.js";
import { ANYBODY, type Caller } from "./caller.js";
import { NO_CREDENTIALS, type Refusal, UNKNOWN_KEY } from "./refusal.js";
import { tokenCheck } from "./tokens.js";

/** A request's headers, each by its name in lower case. */
export type HeaderOf = (name: string) => string | null | undefined;

export interface Authenticator {
  /** A promise only where a token's signature has to be checked. */
  authenticate(header: HeaderOf): Caller | Refusal | Promise<Caller | Refusal>;
  close(): void;
}

export const isRefusal = (found: Caller | Refusal): found is Refusal => "code" in found;

const BEARER = /^bearer +(\S+) *$/i;
/** Three parts of base64url, the first of them JSON. */
const TOKEN = /^ey[\w-]+\.[\w-]+\.[\w-]+$/;

/** Finds out who asks, by `authorization: Bearer` or `x-api-key`. Without settings anybody may do anything. */
export function createAuthenticator(
  settings: AuthSettings | null,
  onError: (error: unknown) => void = () => {},
): Authenticator {
  if (settings === null) return { authenticate: () => ANYBODY, close: () => {} };
  const holderOf = keyHolders(settings.keys);
  const tokens = settings.tokens ? tokenCheck(settings.tokens, onError) : null;
  return {
    authenticate: (header) => {
      const credentials = header("x-api-key") ?? BEARER.exec(header("authorization") ?? "")?.[1];
      if (!credentials) return NO_CREDENTIALS;
      if (tokens && TOKEN.test(credentials)) return tokens.check(credentials);
      return holderOf(credentials) ?? UNKNOWN_KEY;
    },
    close: () => tokens?.close(),
  };
}
