import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlText } from "./database.js";
import type { Dataset } from "./dataset.js";
import { type Airport, zoneOfAirport } from "./zones.js";

/** Makes the table `airport_zone` (iata, zone) of every airport that a flight leaves from; returns their number. */
export async function createAirportZones(connection: DuckDBConnection, dataset: Dataset): Promise<number> {
  const origins = await connection.runAndReadAll(`
    SELECT origin AS iata, latitude, longitude
    FROM (SELECT DISTINCT origin FROM read_parquet(${sqlText(dataset.flights)}))
    LEFT JOIN read_csv(${sqlText(dataset.airports)}, header = true, types = {'iata': 'VARCHAR'}) ON iata = origin
    ORDER BY iata`);
  await connection.run("CREATE TEMP TABLE airport_zone (iata VARCHAR, zone VARCHAR)");
  const appender = await connection.createAppender("airport_zone");
  const airports = origins.getRowObjectsJS() as unknown as Airport[];
  for (const airport of airports) {
    appender.appendVarchar(airport.iata);
    appender.appendVarchar(zoneOfAirport(airport));
    appender.endRow();
  }
  appender.closeSync();
  return airports.length;
}
