import { LockstepError } from "@lockstep/core";

const PROTOCOLS: readonly string[] = ["redis:", "rediss:"];

/** Checks the URL and gives it without user, password and options: the only form of it that may be shown. */
export function redisPlace(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !PROTOCOLS.includes(parsed.protocol) || parsed.host === "") {
    throw new LockstepError({
      code: "ONLINE_URL",
      place: "the online store's URL",
      what: "it is no URL of a Redis server",
      mend: "write it like redis://host:6379/0, or rediss:// for TLS; percent-encode the password",
    });
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname === "/" ? "" : parsed.pathname}`;
}
