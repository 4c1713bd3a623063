import { count, entity, featureView, parquet, sum, t } from "../src/index.js";

export const airport = entity("airport", { origin: t.string() });
export const flights = parquet("flights", {
  path: "flights.parquet",
  columns: {
    at: t.timestamp(),
    landed: t.timestamp(),
    delay: t.int64(),
    origin: t.string(),
    destination: t.string(),
  },
  eventTime: "at",
});
export const delays = featureView("delays", {
  entity: airport,
  source: flights,
  features: (f) => ({ last_delay: f.delay, total_1h: sum(f.delay).over("1h"), flights_1h: count().over("1h") }),
});
