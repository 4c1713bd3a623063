import { count, entity, featureService, featureView, formatInstant, parquet, sum, t } from "@lockstep/core";

const events = parquet("events", {
  path: "events*.parquet",
  columns: { id: t.int64(), at: t.timestamp(), k: t.string(), n: t.int64() },
  eventTime: "at",
  knownAt: "at",
  id: ["id"],
  lookback: "1h",
  push: true,
});

/** A service over a source that takes pushes, and whose rows are in it an hour later at the most. */
export const pushable = () =>
  featureService("s", [
    featureView("v", {
      entity: entity("thing", { k: t.string() }),
      source: events,
      features: (f) => ({ latest: f.n, n_1d: count().over("1d"), total: sum(f.n).over("2d") }),
    }),
  ]);

/** A row to push. */
export const pushedRow = (id: number, at: bigint, k: string, n: number) => ({ id, at: formatInstant(at), k, n });
