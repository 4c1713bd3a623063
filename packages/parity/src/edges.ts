import { durationMicros, floorTo, type ViewIR, type WindowFeatureIR } from "@lockstep/core";
import type { Occasion } from "./occasion.js";

/** A stretch of event times whose events make a feature change after the watermark, and when they do. */
export interface Edge {
  readonly occasion: Occasion;
  /** Events to look for, in microseconds. */
  readonly from: bigint;
  readonly to: bigint;
  /** Only events that share key and event time. */
  readonly tied?: boolean;
  /** The instant at which the feature changes on account of an event at `et`. */
  readonly changesAt: (et: bigint) => bigint;
}

const SOON = BigInt(durationMicros("6h"));

/** Where each feature of a view can change after the watermark: window ends, the tile grid, ttl ends, ties, early rows. */
export function edgesOf(view: ViewIR, watermark: bigint): Edge[] {
  const reach = horizon(view);
  const edges = view.features.flatMap((f) => (f.kind === "window" ? windowEdges(f.window, watermark, reach) : []));
  const once = [
    ...new Map(edges.map((e) => [`${e.occasion} ${e.from} ${e.to} ${e.changesAt(watermark)}`, e])).values(),
  ];
  return [...once, ...ttlEdges(view, watermark), earlyEvents(watermark, reach), ties(watermark, reach)];
}

function windowEdges(
  { shape, size, hop, offset }: WindowFeatureIR["window"],
  watermark: bigint,
  reach: bigint,
): Edge[] {
  // A hopping window takes an event in, and every tiled one lets go of it, where the event's tile ends.
  const tileEnd = (et: bigint) => floorTo(et, BigInt(hop)) + BigInt(hop);
  const hops = shape === "hopping";
  const enters: Edge = {
    occasion: "window end",
    from: watermark - BigInt(offset) - (hops ? BigInt(hop) : 0n),
    to: watermark + reach,
    changesAt: (et) => (hops ? tileEnd(et) : et) + BigInt(offset),
  };
  if (shape === "lifetime") return [enters];
  const back = BigInt(size) + BigInt(offset);
  const leaves: Edge = {
    occasion: "window start",
    from: watermark - back - BigInt(hop),
    to: watermark - back + SOON,
    changesAt: (et) => (hop === 0 ? et : tileEnd(et)) + back,
  };
  return offset > 0 || hops ? [enters, leaves] : [leaves];
}

function ttlEdges({ ttl, features }: ViewIR, watermark: bigint): Edge[] {
  if (ttl === null || features.every((f) => f.kind === "window")) return [];
  const from = watermark - BigInt(ttl);
  return [{ occasion: "ttl end", from, to: from + SOON, changesAt: (et) => et + BigInt(ttl) }];
}

/** Events that are known before they happen: after the watermark each comes to pass. */
const earlyEvents = (watermark: bigint, reach: bigint): Edge => ({
  occasion: "early event",
  from: watermark + 1n,
  to: watermark + reach,
  changesAt: (et) => et,
});

const ties = (watermark: bigint, reach: bigint): Edge => ({
  occasion: "tie",
  from: watermark - reach,
  to: watermark,
  tied: true,
  changesAt: () => watermark + 1n,
});

/** How far after the watermark it is worth asking: beyond the longest window everything is empty. */
export function horizon(view: ViewIR): bigint {
  const spans = view.features.map((f) => (f.kind === "window" ? f.window.size + f.window.offset : (view.ttl ?? 0)));
  return BigInt(Math.max(durationMicros("1h"), ...spans));
}
