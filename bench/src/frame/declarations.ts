import {
  compileRepo,
  count,
  entity,
  type FeatureService,
  featureService,
  featureView,
  mean,
  parquet,
  type ServiceIR,
  sum,
  t,
} from "@lockstep/core";
import type { FrameContext } from "@lockstep/offline";
import type { Known } from "./data.js";

export type Features = "latest" | "windows";
type Declared = Pick<FrameContext, "repo" | "computations"> & { readonly service: ServiceIR };

const KEY = entity("key", { k: t.int64() });
const COLUMNS = {
  k: t.int64(),
  event_time: t.timestamp(),
  known_at: t.timestamp(),
  amount: t.int64(),
  price: t.float64(),
  items: t.int32(),
  kind: t.string(),
  flag: t.bool(),
};
type Events = ReturnType<typeof atOnce>;

const atOnce = (path: string) => parquet("events", { path, columns: COLUMNS, eventTime: "event_time" });

const SOURCES: Readonly<Record<Known, (path: string) => Events>> = {
  "at once": atOnce,
  later: (path) => parquet("events", { path, columns: COLUMNS, eventTime: "event_time", knownAt: "known_at" }),
  corrected: (path) =>
    parquet("events", {
      path,
      columns: { id: t.int64(), version: t.int32(), ...COLUMNS },
      eventTime: "event_time",
      knownAt: "known_at",
      id: "id",
      version: "version",
    }),
};

const latest = (source: Events) =>
  featureView("latest", {
    entity: KEY,
    source,
    features: (e) => ({ amount: e.amount, price: e.price, items: e.items, kind: e.kind, flag: e.flag }),
  });

const windows = (source: Events) =>
  featureView("windows", {
    entity: KEY,
    source,
    features: (e) => ({
      n_1h: count().over("1h"),
      n_1d: count().over("1d"),
      n_7d: count().over("7d"),
      n_30d: count().over("30d"),
      sum_1h: sum(e.amount).over("1h"),
      sum_7d: sum(e.amount).over("7d"),
      sum_30d: sum(e.amount).over("30d"),
      mean_1d: mean(e.price).over("1d"),
      mean_7d: mean(e.price).over("7d"),
      mean_30d: mean(e.price).over("30d"),
    }),
  });

/** Five latest values or ten windows, over the events of one file. */
export function declared(features: Features, events: string, known: Known): FeatureService {
  const source = SOURCES[known](events);
  return featureService("frame", features === "latest" ? [latest(source)] : [windows(source)]);
}

export function declare(features: Features, events: string, known: Known): Declared {
  const { ir, computations } = compileRepo("bench", [declared(features, events, known)]);
  const [service] = ir.services;
  if (!service) throw new Error("the service was not compiled");
  return { repo: ir, computations, service };
}
