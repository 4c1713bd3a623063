import type { DuckDBConnection } from "@duckdb/node-api";

/** What frames need of a connection: instants without a zone are UTC, and rows stay in their order. */
const NEEDED = { TimeZone: "UTC", preserve_insertion_order: "true" } as const;

interface Borrowed {
  users: number;
  readonly before: Readonly<Record<string, string>>;
}

const borrowed = new WeakMap<DuckDBConnection, Borrowed>();

/** Sets a caller's connection as frames need it. What is given puts the settings back when the last user is done. */
export async function borrowSettings(connection: DuckDBConnection): Promise<() => Promise<void>> {
  const entry = borrowed.get(connection) ?? { users: 0, before: await settings(connection) };
  borrowed.set(connection, entry);
  entry.users++;
  let done = false;
  const giveBack = async () => {
    if (done) return;
    done = true;
    if (--entry.users > 0) return;
    borrowed.delete(connection);
    await set(connection, entry.before);
  };
  try {
    await set(connection, NEEDED);
  } catch (error) {
    await giveBack().catch(() => undefined);
    throw error;
  }
  return giveBack;
}

async function settings(connection: DuckDBConnection): Promise<Record<string, string>> {
  const list = Object.keys(NEEDED).map((name) => `current_setting('${name}')::VARCHAR AS "${name}"`);
  const reader = await connection.runAndReadAll(`SELECT ${list.join(", ")}`);
  return (reader.getRowObjectsJS()[0] ?? {}) as Record<string, string>;
}

async function set(connection: DuckDBConnection, values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values))
    await connection.run(`SET ${name} = '${value.replaceAll("'", "''")}'`);
}
