import { LockstepError } from "@lockstep/core";
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { watchedFiles } from "../files/watched-files.js";

export interface Jwks {
  readonly key: JWTVerifyGetKey;
  close(): void;
}

/** The issuer's keys: of a URL, cached and asked again for a key that is not known yet; or of a file that may change. */
export function openJwks(source: string, onError: (error: unknown) => void): Jwks {
  if (/^https?:\/\//.test(source)) {
    const key = createRemoteJWKSet(new URL(source), {
      timeoutDuration: 3_000,
      cooldownDuration: 30_000,
      cacheMaxAge: 600_000,
    });
    return { key, close: () => {} };
  }
  const file = watchedFiles([source], (content) => localKeys(source, content), { onError });
  return { key: (header, token) => file.get()(header, token), close: file.close };
}

function localKeys(path: string, content: Buffer): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(JSON.parse(content.toString()) as JSONWebKeySet);
  } catch {
    throw new LockstepError({
      code: "JWKS_INVALID",
      place: path,
      what: "it is not a JSON Web Key Set",
      mend: 'give a file such as {"keys": [{"kty": "RSA", ...}]}',
    });
  }
}
