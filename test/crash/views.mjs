// What the killed process and the test that kills it both declare.
import { compileRepo, count, entity, featureView, parquet, sum, t } from "@lockstep/core";

export function declared(path) {
  const source = parquet("events", {
    path,
    columns: { at: t.timestamp(), known: t.timestamp(), k: t.int64(), v: t.int64() },
    eventTime: "at",
    knownAt: "known",
    lookback: "1m",
  });
  const view = featureView("v", {
    entity: entity("thing", { k: t.int64() }),
    source,
    features: (f) => ({
      v: f.v,
      n: count().over("lifetime"),
      s: sum(f.v).over("1h"),
      w: sum(f.v).over("90s", { shape: "sliding" }),
    }),
  });
  return compileRepo("p", [view]).ir;
}
