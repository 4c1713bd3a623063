import {
  count,
  entity,
  featureService,
  featureView,
  hourOf,
  last,
  max,
  mean,
  minutes,
  onDemand,
  parquet,
  t,
  weekdayOf,
} from "@lockstep/core";

export const airport = entity("airport", { origin: t.string() }, { description: "An airport, by its IATA code" });
export const route = entity("route", { origin: t.string(), destination: t.string() });

export const flights = parquet("flights", {
  description: "US domestic flights, January to June 2001: a row per flight, prepared once into UTC",
  path: "data/flights.parquet",
  columns: {
    departure: t.timestamp(),
    local_hour: t.int32(),
    delay: t.int64(),
    distance: t.int64(),
    origin: t.string(),
    destination: t.string(),
  },
  eventTime: "departure",
  // A delay is known only after landing: an hour on the ground, and six miles a minute.
  knownAt: (f) => f.departure.plus(minutes(f.distance.div(6).plus(60))),
  lookback: "1d",
});

export const originDelays = featureView("origin_delays", {
  description: "How late the flights from an airport have been",
  entity: airport,
  source: flights,
  owner: "ops@example.org",
  freshness: "2h",
  features: (f) => ({
    mean_delay_3h: mean(f.delay).over("3h").describe("Mean arrival delay in minutes, known landings of 3 hours"),
    mean_delay_1d: mean(f.delay).over("1d"),
    mean_delay_7d: mean(f.delay).over("7d"),
    late_share_3h: mean(f.delay.gt(15))
      .over("3h", { shape: "sliding" })
      .describe("Share of flights over 15 minutes late"),
    late_share_1d: mean(f.delay.gt(15)).over("1d"),
    late_share_7d: mean(f.delay.gt(15)).over("7d"),
    flights_3h: count().over("3h"),
    flights_1d: count().over("1d"),
    flights_ever: count().over("lifetime"),
  }),
});

export const routeHistory = featureView("route_history", {
  description: "What happened lately between two airports",
  entity: route,
  source: flights,
  owner: "ops@example.org",
  ttl: "2d",
  features: (f) => ({
    last_delay: f.delay,
    flights_7d: count().over("7d"),
    late_flights_7d: count().where(f.delay.gt(15)).over("7d"),
    mean_delay_7d: mean(f.delay).over("7d"),
    worst_delay_7d: max(f.delay).over("7d"),
    last_late_hour_7d: last(f.local_hour).where(f.delay.gt(15)).over("7d"),
  }),
});

export const departure = onDemand("departure", {
  description: "What the request itself tells",
  request: { scheduled: t.timestamp() },
  features: { recent: originDelays.f.mean_delay_3h, usual: originDelays.f.mean_delay_7d },
  outputs: { hour: t.int32(), weekday: t.int32(), worse_than_usual: t.float64() },
  compute: ({ scheduled, recent, usual }) => ({
    hour: scheduled === null ? null : hourOf(scheduled),
    weekday: scheduled === null ? null : weekdayOf(scheduled),
    worse_than_usual: recent === null || usual === null ? null : recent - usual,
  }),
});

export const flightDelay = featureService(
  "flight_delay",
  [
    originDelays,
    originDelays.as("dest", { origin: "destination" }).pick("mean_delay_3h", "late_share_1d", "flights_1d"),
    routeHistory,
    departure,
  ],
  { description: "Will this flight be more than 15 minutes late? Asked at its departure", owner: "ml@example.org" },
);
