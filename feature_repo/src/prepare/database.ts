import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** Opens a DuckDB in memory that spills to `spillDir`, downloads nothing and reads clock times as UTC. */
export async function withDatabase<T>(
  spillDir: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", {
    temp_directory: spillDir,
    autoinstall_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A text as an SQL literal: COPY and CREATE VIEW take no parameters. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The first column of a query's only row, as a number. */
export async function scalar(connection: DuckDBConnection, sql: string): Promise<number> {
  const reader = await connection.runAndReadAll(sql);
  return Number(reader.getRows()[0]?.[0]);
}
