import { createHash } from "node:crypto";
import { LockstepError } from "@lockstep/core";

const MARK = 0;
const STATE = 1;
const ROWS = 2;
const SHORT = 0;
const HASHED = 1;
const PAST_BOTH_FORMS = 2;

/** With the longest project's head before it, this stays below LMDB's limit of 1978 bytes. */
const SHORT_KEY_MAX = 1024;
const PROJECT_MAX = 255;

export interface LmdbKeys {
  mark(generation: number): Buffer;
  state(generation: number, key: Uint8Array): Buffer;
  /** As `state`, for many keys that lie among other bytes; each one's are good until the next is asked for. */
  statePlaces(generation: number): (bytes: Uint8Array, from: number, to: number) => Buffer;
  /** The key that a state's place is of, or of a long one its hash. */
  keyOf(state: Buffer): Uint8Array;
  /** Holds every state of the generation and nothing else; `end` is not in it. */
  states(generation: number): KeyRange;
  /** A key's pushed rows. */
  keyRows(generation: number, key: Uint8Array): Buffer;
  allRows(generation: number): KeyRange;
}

export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

/**
 * `kind, length of project, project, generation, form, key`: the length keeps a project apart from those that its name
 * begins, and the form keeps a short key apart from the SHA-256 of a long one.
 */
export function lmdbKeys(project: string): LmdbKeys {
  const name = Buffer.from(project, "utf8");
  if (name.length > PROJECT_MAX) {
    throw new LockstepError({
      code: "PROJECT_INVALID",
      place: project,
      what: `the project's name has ${name.length} bytes, and ${PROJECT_MAX} are the most`,
      mend: "shorten it",
    });
  }
  const form = 2 + name.length + 4;
  const begin = (kind: number, generation: number, rest: number): Buffer => {
    const bytes = Buffer.allocUnsafe(form + rest);
    bytes[0] = kind;
    bytes[1] = name.length;
    bytes.set(name, 2);
    bytes.writeUInt32BE(generation, 2 + name.length);
    return bytes;
  };
  const tagged = (kind: number, generation: number, tag: number, key: Uint8Array): Buffer => {
    const bytes = begin(kind, generation, 1 + key.length);
    bytes[form] = tag;
    bytes.set(key, form + 1);
    return bytes;
  };
  const of = (kind: number) => (generation: number, key: Uint8Array) =>
    key.length > SHORT_KEY_MAX ? tagged(kind, generation, HASHED, sha256(key)) : tagged(kind, generation, SHORT, key);
  const all = (kind: number) => (generation: number) => ({
    start: tagged(kind, generation, SHORT, EMPTY),
    end: tagged(kind, generation, PAST_BOTH_FORMS, EMPTY),
  });
  return {
    mark: (generation) => begin(MARK, generation, 0),
    state: of(STATE),
    statePlaces: (generation) => {
      const bytes = tagged(STATE, generation, SHORT, new Uint8Array(SHORT_KEY_MAX));
      const ofLength: Buffer[] = [];
      return (keys, from, to) => {
        const length = to - from;
        if (length > SHORT_KEY_MAX) return of(STATE)(generation, keys.subarray(from, to));
        for (let i = 0; i < length; i++) bytes[form + 1 + i] = keys[from + i] as number;
        ofLength[length] ??= bytes.subarray(0, form + 1 + length);
        return ofLength[length] as Buffer;
      };
    },
    keyOf: (state) => state.subarray(form + 1),
    states: all(STATE),
    keyRows: of(ROWS),
    allRows: all(ROWS),
  };
}

const EMPTY = Buffer.alloc(0);
const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
