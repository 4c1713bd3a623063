import {
  type AnyExpr,
  compileRepo,
  count,
  entity,
  type FeatureSet,
  featureService,
  featureView,
  hourOf,
  mean,
  minutes,
  onDemand,
  parquet,
  type RepoIR,
  type RowOf,
  t,
} from "@lockstep/core";

const columns = {
  departure: t.timestamp(),
  delay: t.int64(),
  distance: t.int64(),
  origin: t.string(),
  carrier: t.string(),
};

interface Choices {
  readonly path?: string;
  readonly columns?: object;
  /** More of the source's options. */
  readonly source?: object;
  readonly lookback?: `${number}d`;
  readonly knownAfter?: number;
  readonly view?: object;
  readonly features?: (f: RowOf<typeof columns>) => FeatureSet;
  readonly compute?: (inputs: { scheduled: bigint | null }) => { hour: number | null };
  readonly key?: string;
}

/** A repo of one view, with some of its declarations chosen. */
export function flightsRepo(choices: Choices = {}): RepoIR {
  const airport = entity("airport", { origin: t.string() });
  const flights = parquet("flights", {
    path: choices.path ?? "data/flights.parquet",
    columns: { ...columns, ...choices.columns },
    eventTime: "departure",
    knownAt: (f) => f.departure.plus(minutes(f.distance.div(6).plus(choices.knownAfter ?? 60))),
    lookback: choices.lookback ?? "1d",
    ...choices.source,
  });
  const delays = featureView("origin_delays", {
    entity: airport,
    source: flights,
    ttl: "2d",
    features: choices.features ?? standardFeatures,
    ...choices.view,
  });
  const departure = onDemand("departure", {
    request: { scheduled: t.timestamp() },
    outputs: { hour: t.int32() },
    compute: choices.compute ?? (({ scheduled }) => ({ hour: scheduled === null ? null : hourOf(scheduled) })),
  });
  const delay = delays.as("from", choices.key ? { origin: choices.key } : {});
  return compileRepo("flights", [airport, flights, delays, departure, featureService("delay", [delay, departure])]).ir;
}

export const standardFeatures = (f: RowOf<typeof columns>) => ({
  mean_delay_3h: mean(f.delay).over("3h"),
  late_1d: count().where(f.delay.gt(15)).over("1d", { shape: "sliding" }),
  last_delay: f.delay as AnyExpr,
});
