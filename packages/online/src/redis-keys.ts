const DELIMITER = "}".charCodeAt(0);
const ESCAPE = "%".charCodeAt(0);

export interface RedisKeys {
  /** The hash of an entity's states: a field for each generation. */
  entity(key: Uint8Array): Buffer;
  /** The hash of the project's marks: a field for each generation. */
  readonly published: string;
  /** A glob for SCAN that fits every entity of the project, and no other key. */
  readonly pattern: string;
}

/** A field's name; short, since every entity repeats it. */
export const generationField = (generation: number): string => generation.toString(36);

/**
 * `prefix{length of project:project/key}`: the length keeps projects apart whatever their names, and the braces make
 * all but the prefix the hash tag, so that whatever else an entity is given later lies in its slot. A `}` within would
 * end the tag early and crowd keys into one slot, hence `%7D`, and `%25` for the `%` itself.
 */
export function redisKeys(prefix: string, project: string): RedisKeys {
  const name = `${Buffer.byteLength(project)}:${project.replaceAll("%", "%25").replaceAll("}", "%7D")}`;
  const head = `${prefix}{${name}/`;
  const headBytes = Buffer.from(head, "utf8");
  return {
    entity: (key) => Buffer.concat([headBytes, escapeTag(key), TAIL]),
    published: `${prefix}published:{${name}}`,
    pattern: `${escapeGlob(head)}*`,
  };
}

const TAIL = Buffer.from("}");

function escapeTag(key: Uint8Array): Uint8Array {
  if (!key.includes(DELIMITER) && !key.includes(ESCAPE)) return key;
  return Buffer.from(Buffer.from(key).toString("latin1").replaceAll("%", "%25").replaceAll("}", "%7D"), "latin1");
}

const escapeGlob = (text: string): string => text.replace(/[\\*?[\]]/g, "\\$&");
