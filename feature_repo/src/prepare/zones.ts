import tzLookup from "@photostructure/tz-lookup";
import { prepareError } from "./errors.js";

export interface Airport {
  readonly iata: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/**
 * Zones that do not come from coordinates. The look-up's grid is coarse, and puts these two islands of the Alaska
 * panhandle in America/Vancouver, an hour off. All 229 origins were compared once with the boundaries of geo-tz 8.1.9:
 * besides these two only BET and JAC got another name (America/Nome, America/Boise), and those kept the same clock
 * in 2001. Every origin is in airports.csv; one that was not would go here.
 */
const ZONES: Readonly<Record<string, string>> = {
  PSG: "America/Sitka",
  WRG: "America/Sitka",
};

/** The IANA zone whose clock an airport keeps. */
export function zoneOfAirport({ iata, latitude, longitude }: Airport): string {
  const known = ZONES[iata];
  if (known !== undefined) return known;
  if (latitude === null || longitude === null) {
    throw prepareError(
      `airport ${iata} has no coordinates in airports.csv`,
      "add its IANA zone to ZONES in feature_repo/src/prepare/zones.ts",
    );
  }
  return tzLookup(latitude, longitude);
}
