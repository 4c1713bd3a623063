import { LockstepError } from "@lockstep/core";

const LONE_SURROGATE = /\p{Surrogate}/u;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** False for text with a lone surrogate: it has no UTF-8 form. */
export const isUnicode = (text: string): boolean => !LONE_SURROGATE.test(text);

export function encodeUtf8(text: string): Uint8Array {
  if (isUnicode(text)) return encoder.encode(text);
  throw new LockstepError({
    code: "TEXT_INVALID",
    what: `${JSON.stringify(text)} is not Unicode: it holds half of a surrogate pair`,
    mend: "give well-formed text",
  });
}

/** Throws a TypeError where the bytes are not UTF-8. */
export const decodeUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);
