import { BUCKETS } from "./buckets.js";

export interface RedisKeys {
  /** The hash of each bucket: marks, states and the chains of runs under way, of all generations. */
  readonly buckets: readonly Buffer[];
}

/**
 * `prefix{length of project:project/bucket}`: the length keeps projects apart whatever their names, and the braces
 * make all but the prefix the hash tag. A `}` within would end the tag early, hence `%7D`, and `%25` for the `%` itself.
 */
export function redisKeys(prefix: string, project: string): RedisKeys {
  const name = `${Buffer.byteLength(project)}:${project.replaceAll("%", "%25").replaceAll("}", "%7D")}`;
  return { buckets: Array.from({ length: BUCKETS }, (_, i) => Buffer.from(`${prefix}{${name}/${i}}`)) };
}

/** The field of a generation's mark; those of its states and chains begin with it. Digits and letters only. */
export const markField = (generation: number): string => generation.toString(36);

/** What begins the field of each of a generation's states. */
export const statePrefix = (generation: number): string => `${markField(generation)}:`;

export function stateField(prefix: Uint8Array, key: Uint8Array): Buffer {
  const field = Buffer.allocUnsafe(prefix.length + key.length);
  field.set(prefix);
  field.set(key, prefix.length);
  return field;
}

/** What begins the field of each of a generation's chains: see write-chain.ts. */
export const chainPrefix = (generation: number): string => `${markField(generation)}+`;
