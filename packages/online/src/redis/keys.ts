import { ALL_BUCKETS } from "./buckets.js";

export interface RedisKeys {
  /** Each bucket's own hash: marks, tallies and rows, of all generations. */
  readonly buckets: readonly Buffer[];
  /** For each bucket, what begins the key of each entity's hash; the entity key's bytes follow. */
  readonly entities: readonly Buffer[];
  /** The hash that held all of a bucket before entities had hashes of their own. */
  readonly former: readonly Buffer[];
  /** A pattern of the entities' keys, for SCAN. */
  readonly pattern: string;
}

/** What a pattern gives a meaning to. */
const GLOB = /[\\*?[\]]/g;

/**
 * `prefix{project and bucket}key`, the bucket's own hash `prefix#{project and bucket}`: short, because a key's length is
 * paid for by each entity. A bucket is always two characters, which keeps projects apart whatever their names. The
 * braces make the hash tag; a `}` within would end it early, hence `%7D`, and `%25` for the `%` itself.
 */
export function redisKeys(prefix: string, project: string): RedisKeys {
  const name = project.replaceAll("%", "%25").replaceAll("}", "%7D");
  const each = (key: (bucket: number) => string): Buffer[] => ALL_BUCKETS.map((bucket) => Buffer.from(key(bucket)));
  return {
    buckets: each((bucket) => `${prefix}#{${name}${bucketName(bucket)}}`),
    entities: each((bucket) => `${prefix}{${name}${bucketName(bucket)}}`),
    former: each((bucket) => `${prefix}{${Buffer.byteLength(project)}:${name}/${bucket}}`),
    pattern: `${`${prefix}{${name}`.replace(GLOB, "\\$&")}??}*`,
  };
}

const NAME_LENGTH = 2;
const DIGIT_BITS = 5;
/** The characters from `@` to `_` as digits: as they differ in five bits alone, all buckets' slots differ, and lie evenly. */
const DIGITS = 0x40;
const LAST_DIGIT = (1 << DIGIT_BITS) - 1;

const bucketName = (bucket: number): string =>
  String.fromCharCode(DIGITS + (bucket >> DIGIT_BITS), DIGITS + (bucket & LAST_DIGIT));

/**
 * The field of a generation: in an entity's hash that of its state, in a bucket's that of the mark, and what begins
 * the others. Digits and letters only.
 */
export const generationField = (generation: number): string => generation.toString(36);

/** What begins the fields of a generation's rows in a bucket's hash; the entity key's bytes follow. */
export const rowsField = (generation: number): string => `${generationField(generation)}!`;

/** The bucket and the entity key that a key found in Redis stands for; null where it is none of these. */
export function parseEntity({ entities }: RedisKeys, found: Buffer): { bucket: number; key: Buffer } | null {
  const length = entities[0]?.length ?? 0;
  const digit = (place: number): number => (found[length - place] ?? 0) - DIGITS;
  const bucket = (digit(NAME_LENGTH + 1) << DIGIT_BITS) + digit(NAME_LENGTH);
  const begin = entities[bucket];
  if (begin === undefined || Buffer.compare(begin, found.subarray(0, length)) !== 0) return null;
  return { bucket, key: found.subarray(length) };
}
