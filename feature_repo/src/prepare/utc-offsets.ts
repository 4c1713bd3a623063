import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlText } from "./database.js";
import type { Dataset } from "./dataset.js";

/**
 * Makes the table `utc_offset` (zone, local_hour, ahead, irregular): how far a zone's clock is ahead of UTC in each
 * local hour that a flight leaves in. By the hour, because DuckDB's timezone() is slow where the zone differs from row
 * to row (6 s for the flights, half a second for their 48,000 hours), and exact, because in 2001 every zone here is a whole
 * number of hours from UTC and changes on the hour.
 *
 * A source that declares a zone refuses a local time that a DST night skips or repeats: there it is an error. Here,
 * once and for good, such a time is settled and counted: a skipped time is moved forward (read with the offset before
 * the change, so 02:10 becomes 03:10 DST), and of a repeated time's two instants the earlier is taken.
 */
export async function createUtcOffsets(connection: DuckDBConnection, dataset: Dataset): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE utc_offset AS
    WITH hours AS (
      SELECT DISTINCT zone, date_trunc('hour', date) AS local_hour
      FROM read_parquet(${sqlText(dataset.flights)})
      JOIN airport_zone ON iata = origin
    ), read_once AS (
      SELECT zone, local_hour, timezone(zone, local_hour) AS instant FROM hours
    ), reread AS (
      SELECT *,
        timezone(zone, instant) <> local_hour AS skipped,
        timezone(zone, instant - INTERVAL 1 HOUR) = local_hour AS also_earlier,
        timezone(zone, instant + INTERVAL 1 HOUR) = local_hour AS also_later
      FROM read_once
    )
    SELECT zone, local_hour,
      local_hour - timezone('UTC', CASE WHEN also_earlier THEN instant - INTERVAL 1 HOUR ELSE instant END) AS ahead,
      skipped OR also_earlier OR also_later AS irregular
    FROM reread`);
}
