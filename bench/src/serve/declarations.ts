import { compileRepo, entity, featureService, featureView, parquet, type RepoIR, t } from "@lockstep/core";

export const PROJECT = "bench";
export const SERVICE = "ranking";
export const VIEWS = 5;
export const FEATURES_PER_VIEW = 10;

/** The service of the first so many views. */
export const serviceOf = (views: number): string => (views === VIEWS ? SERVICE : `${SERVICE}_of_${views}`);

const key = entity("customer", { customer_id: t.int64() });

/** `f0`, `f1`, ...: what the views take their features from. */
const columns = Object.fromEntries(Array.from({ length: FEATURES_PER_VIEW }, (_, i) => [`f${i}`, t.float64()]));

/** Five views of ten float64 row features each, of one entity, and a service of the first one, two, ... of them. */
export function repoOf(pathOf: (view: number) => string): RepoIR {
  const views = Array.from({ length: VIEWS }, (_, v) => {
    const source = parquet(`events_${v}`, {
      path: pathOf(v),
      columns: { customer_id: t.int64(), event_time: t.timestamp(), ...columns },
      eventTime: "event_time",
    });
    return featureView(`view_${v}`, {
      entity: key,
      source,
      features: (row) => Object.fromEntries(Object.keys(columns).map((name) => [name, row[name as "customer_id"]])),
    });
  });
  const services = views.map((_, v) => featureService(serviceOf(v + 1), views.slice(0, v + 1)));
  return compileRepo(PROJECT, services).ir;
}
