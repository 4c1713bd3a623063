/** Why a request isn't answered, before anything of it is looked at. */
export interface Refusal {
  readonly code: "UNAUTHENTICATED" | "FORBIDDEN" | "AUTH_UNAVAILABLE";
  /** One sentence, which says nothing of what keys there are. */
  readonly what: string;
  readonly mend: string;
}

export const NO_CREDENTIALS: Refusal = {
  code: "UNAUTHENTICATED",
  what: "the request has no credentials",
  mend: "send an API key or a token in the header `authorization: Bearer ...`",
};

export const UNKNOWN_KEY: Refusal = {
  code: "UNAUTHENTICATED",
  what: "the API key is not one of this server's",
  mend: "ask its operator for one",
};

export const badToken = (why: string): Refusal => ({
  code: "UNAUTHENTICATED",
  what: `the token is not accepted: ${why}`,
  mend: "get a new one from its issuer",
});

export const NO_GRANT: Refusal = {
  code: "FORBIDDEN",
  what: "the token is good, and grants nothing here",
  mend: "ask the server's operator which claim it needs",
};

export const KEYS_UNAVAILABLE: Refusal = {
  code: "AUTH_UNAVAILABLE",
  what: "the issuer's keys can't be had, so no token can be checked",
  mend: "try again soon",
};
