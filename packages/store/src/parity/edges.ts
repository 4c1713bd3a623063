import { durationMicros, floorTo, type ViewIR } from "@lockstep/core";

/** A stretch of event times whose events make a feature change soon after the watermark, and when they do. */
export interface Edge {
  readonly feature: string;
  /** Events to look for, in microseconds. */
  readonly from: bigint;
  readonly to: bigint;
  /** The instant at which the feature changes on account of an event at `et`. */
  readonly changesAt: (et: bigint) => bigint;
}

const SOON = BigInt(durationMicros("6h"));

/** Where each feature of a view can change after the watermark: window ends, the tile grid, ttl ends. */
export function edgesOf(view: ViewIR, watermark: bigint): Edge[] {
  return view.features.flatMap((feature): Edge[] => {
    if (feature.kind === "row") {
      if (view.ttl === null) return [];
      const ttl = BigInt(view.ttl);
      return [
        { feature: feature.name, from: watermark - ttl, to: watermark - ttl + SOON, changesAt: (et) => et + ttl },
      ];
    }
    const { shape, size, hop, offset } = feature.window;
    // A hopping window takes an event in, and every tiled one lets go of it, where the event's tile ends.
    const tileEnd = (et: bigint) => floorTo(et, BigInt(hop)) + BigInt(hop);
    const hops = shape === "hopping";
    const enters: Edge = {
      feature: feature.name,
      from: watermark - BigInt(offset) - (hops ? BigInt(hop) : 0n),
      to: watermark,
      changesAt: (et) => (hops ? tileEnd(et) : et) + BigInt(offset),
    };
    if (shape === "lifetime") return [enters];
    const back = BigInt(size) + BigInt(offset);
    const leaves: Edge = {
      feature: feature.name,
      from: watermark - back - BigInt(hop),
      to: watermark - back + SOON,
      changesAt: (et) => (hop === 0 ? et : tileEnd(et)) + back,
    };
    return offset > 0 || hops ? [enters, leaves] : [leaves];
  });
}

/** How far after the watermark it is worth asking: beyond the longest window everything is empty. */
export function horizon(view: ViewIR): bigint {
  const spans = view.features.map((f) => (f.kind === "window" ? f.window.size + f.window.offset : (view.ttl ?? 0)));
  return BigInt(Math.max(durationMicros("1h"), ...spans));
}
