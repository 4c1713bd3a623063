import {
  compileRepo,
  count,
  entity,
  featureService,
  featureView,
  mean,
  parquet,
  type ServiceIR,
  sum,
  t,
} from "@lockstep/core";
import type { FrameContext } from "@lockstep/offline";
import type { PeerData } from "./peer-way.js";

export type Features = "latest" | "windows";
type Declared = Pick<FrameContext, "repo" | "computations"> & { readonly service: ServiceIR };

/** The frame's declarations: five latest values or ten windows, over the events of one file. */
export function declare(features: Features, events: string, known: PeerData["known"]): Declared {
  const key = entity("key", { k: t.int64() });
  const source = parquet("events", {
    path: events,
    columns: {
      k: t.int64(),
      event_time: t.timestamp(),
      known_at: t.timestamp(),
      amount: t.int64(),
      price: t.float64(),
      items: t.int32(),
      kind: t.string(),
      flag: t.bool(),
    },
    eventTime: "event_time",
    ...(known === "later" ? { knownAt: "known_at" as const } : {}),
  });
  const latest = featureView("latest", {
    entity: key,
    source,
    features: (e) => ({ amount: e.amount, price: e.price, items: e.items, kind: e.kind, flag: e.flag }),
  });
  const windows = featureView("windows", {
    entity: key,
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
  const declared = featureService("frame", features === "latest" ? [latest] : [windows]);
  const { ir, computations } = compileRepo("bench", [declared]);
  const [service] = ir.services;
  if (!service) throw new Error("the service was not compiled");
  return { repo: ir, computations, service };
}
