import type { TokenSettings } from "@lockstep/core";
import { errors, type JWTPayload, jwtVerify } from "jose";
import type { Caller } from "./caller.js";
import { grantOf, union } from "./grant.js";
import { openJwks } from "./jwks.js";
import { badToken, KEYS_UNAVAILABLE, NO_GRANT, type Refusal } from "./refusal.js";

export type TokenCheck = (token: string) => Promise<Caller | Refusal>;

/** A good token is not checked again for this long, and not beyond its own end. */
const REMEMBERED_MS = 60_000;
const REMEMBERED = 1_000;

/** Checks tokens: signature, issuer, audience, times, algorithm; and gives what their claim grants. */
export function tokenCheck(
  settings: TokenSettings,
  onError: (error: unknown) => void,
): { readonly check: TokenCheck; close(): void } {
  const jwks = openJwks(settings.jwks, onError);
  const grants = new Map(Object.entries(settings.grants).map(([word, grant]) => [word, grantOf(grant)]));
  const remembered = new Map<string, { readonly caller: Caller; readonly until: number }>();
  const check: TokenCheck = async (token) => {
    const known = remembered.get(token);
    if (known && known.until > Date.now()) return known.caller;
    remembered.delete(token);
    try {
      const { payload } = await jwtVerify(token, jwks.key, {
        issuer: settings.issuer,
        audience: [...settings.audience],
        algorithms: [...settings.algorithms],
        clockTolerance: settings.clockToleranceSeconds,
        requiredClaims: ["exp"],
      });
      const granted = claimed(payload, settings.claim).flatMap((word) => grants.get(word) ?? []);
      if (granted.length === 0) return NO_GRANT;
      const caller = { name: String(payload.sub ?? "token"), grant: union(granted) };
      if (remembered.size >= REMEMBERED) remembered.delete(remembered.keys().next().value ?? "");
      const end = ((payload.exp ?? 0) + settings.clockToleranceSeconds) * 1000;
      remembered.set(token, { caller, until: Math.min(Date.now() + REMEMBERED_MS, end) });
      return caller;
    } catch (error) {
      return refusalOf(error, onError);
    }
  };
  return { check, close: jwks.close };
}

function claimed(payload: JWTPayload, claim: string): string[] {
  const value = payload[claim];
  const words = typeof value === "string" ? value.split(" ") : Array.isArray(value) ? value.map(String) : [];
  return ["*", ...words.filter((word) => word !== "*")];
}

const REASONS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: "it has expired",
  ERR_JOSE_ALG_NOT_ALLOWED: "its algorithm is not allowed",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "its signature is wrong",
  ERR_JWKS_NO_MATCHING_KEY: "its issuer has no such key",
};

const CLAIMS: Readonly<Record<string, string>> = {
  iss: "it is of another issuer",
  aud: "it is for another audience",
  nbf: "it is not valid yet",
  exp: "it has no end",
};

function refusalOf(error: unknown, onError: (error: unknown) => void): Refusal {
  if (error instanceof errors.JWTClaimValidationFailed) {
    return badToken(CLAIMS[error.claim] ?? "a claim of it is wrong");
  }
  const code = (error as { code?: string }).code ?? "";
  const reason = REASONS[code];
  if (reason !== undefined) return badToken(reason);
  if (/^ERR_(JWT|JWS)_/.test(code) || code === "ERR_JOSE_NOT_SUPPORTED") return badToken("it is malformed");
  onError(error);
  return KEYS_UNAVAILABLE;
}
