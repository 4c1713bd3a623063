import type { ServerGrant } from "./server-config.js";

/** What a server is told of an API key. */
export interface ApiKeySettings extends ServerGrant {
  /** What logs call its holder. */
  readonly name: string;
  /** Of the key's UTF-8 bytes, in hex. */
  readonly sha256: string;
}

/** What a server accepts tokens by. */
export interface TokenSettings {
  /** A URL, or a file. */
  readonly jwks: string;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  readonly clockToleranceSeconds: number;
  /** The claim that names grants: text with spaces between them, or a list. */
  readonly claim: string;
  /** By the claim's words; `*` is every good token. */
  readonly grants: Readonly<Record<string, ServerGrant>>;
}

/** Whom a server answers: a configuration's `auth`, with its secrets read and its defaults filled in. */
export interface AuthSettings {
  readonly keys: readonly ApiKeySettings[];
  readonly tokens?: TokenSettings | undefined;
}
