import { count, featureService, featureView, parquet, sum, t } from "@lockstep/core";
import { airport, flights } from "@lockstep/example-flights";

// The same flights, as if every delay were known the moment its flight departs: what a join on event time alone sees.
const naiveFlights = parquet("naive_flights", {
  path: flights.path,
  columns: { departure: t.timestamp(), delay: t.int64(), origin: t.string() },
  eventTime: "departure",
});

const naiveDelays = featureView("naive_delays", {
  entity: airport,
  source: naiveFlights,
  features: (f) => ({
    late_3h: sum(f.delay.gt(15)).over("3h", { shape: "sliding", bounds: "[]" }),
    flights_3h: count().over("3h", { shape: "sliding", bounds: "[]" }),
  }),
});

export const naiveDelay = featureService("naive_delay", [naiveDelays]);
