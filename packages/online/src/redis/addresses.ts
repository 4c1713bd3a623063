import { LockstepError } from "@lockstep/core";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, an IPv6 address in brackets. */
const ADDRESS = /^(?:\[([0-9a-f:.]+)\]|([^\s:@/[\]]+)):(\d{1,5})$/i;

export function addresses(texts: readonly string[], place: string): Address[] {
  if (texts.length === 0) throw invalid(place, "there is none");
  return texts.map((text, i) => {
    const [, bracketed, plain, port] = ADDRESS.exec(text) ?? [];
    const host = bracketed ?? plain;
    if (host === undefined || Number(port) > 65_535) throw invalid(`${place}, number ${i + 1}`, "it is no address");
    return { host, port: Number(port) };
  });
}

const invalid = (place: string, what: string): LockstepError =>
  new LockstepError({ code: "ONLINE_URL", place, what, mend: "write addresses like host:6379 or [::1]:6379" });
