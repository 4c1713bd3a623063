import type { DuckDBConnection } from "@duckdb/node-api";
import { scalar, sqlText } from "./database.js";

/** How many labels: enough to learn from, few enough to join in seconds. */
const LABELS = 100_000;

/** January is left out, so that every label has a month of history before it. */
const FROM = "2001-02-01";
const UNTIL = "2001-07-01";

/**
 * Writes labels.parquet: is this flight more than 15 minutes late, asked at its departure? The sample is the flights
 * of the least MD5, so it is the same on every run and machine; DuckDB's own hash() may change between versions.
 */
export async function writeLabels(connection: DuckDBConnection, path: string): Promise<number> {
  await connection.run(`
    CREATE TEMP TABLE label AS
    SELECT origin, destination, departure AS scheduled, delay > 15 AS late
    FROM flight
    WHERE departure >= TIMESTAMP '${FROM}' AND departure < TIMESTAMP '${UNTIL}'
    ORDER BY md5(concat_ws('|', origin, destination, epoch_us(departure), delay, distance))
    LIMIT ${LABELS}`);
  await connection.run(`
    COPY (FROM label ORDER BY scheduled, origin, destination, late)
    TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`);
  return scalar(connection, "SELECT count(*) FROM label");
}
