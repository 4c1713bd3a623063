import { BUCKETS } from "./buckets.js";

export interface RedisKeys {
  /** Each bucket's own hash: marks, tallies and rows, of all generations. */
  readonly buckets: readonly Buffer[];
  /** For each bucket, what begins the key of each entity's hash; the entity key's bytes follow. */
  readonly entities: readonly Buffer[];
  /** The hash that held all of a bucket before entities had hashes of their own. */
  readonly former: readonly Buffer[];
  /** What begins each of these keys. */
  readonly head: Buffer;
}

/**
 * `prefix{length of project:project/bucket}`: the length keeps projects apart whatever their names, and the braces
 * make all but the prefix the hash tag. A `}` within would end the tag early, hence `%7D`, and `%25` for the `%` itself.
 * One character more tells a bucket's own hash from the entities' hashes, so that scripts find the one from the other.
 */
export function redisKeys(prefix: string, project: string): RedisKeys {
  const name = `${Buffer.byteLength(project)}:${project.replaceAll("%", "%25").replaceAll("}", "%7D")}`;
  const head = `${prefix}{${name}/`;
  const each = (end: string): Buffer[] => Array.from({ length: BUCKETS }, (_, i) => Buffer.from(`${head}${i}}${end}`));
  return { buckets: each("#"), entities: each(":"), former: each(""), head: Buffer.from(head) };
}

/**
 * The field of a generation: in an entity's hash that of its state, in a bucket's that of the mark, and what begins
 * the others. Digits and letters only.
 */
export const generationField = (generation: number): string => generation.toString(36);

/** What begins the fields of a generation's rows in a bucket's hash; the entity key's bytes follow. */
export const rowsField = (generation: number): string => `${generationField(generation)}!`;

/** The bucket and the entity key that a key found in Redis stands for; null where it is none of these. */
export function parseEntity({ head, entities }: RedisKeys, found: Buffer): { bucket: number; key: Buffer } | null {
  const close = found.indexOf("}", head.length);
  if (close < 0) return null;
  const bucket = Number(found.toString("latin1", head.length, close));
  const begin = entities[bucket];
  if (begin === undefined || Buffer.compare(begin, found.subarray(0, begin.length)) !== 0) return null;
  return { bucket, key: found.subarray(begin.length) };
}
