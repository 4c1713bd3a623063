import type { Event } from "../oracle/events.js";
import type { OracleFeature, OracleView } from "../oracle/feature.js";
import { defaultHop, floor } from "../oracle/window.js";

/** A microsecond before an edge, the edge itself, and a microsecond after it. */
export const SIDES = [-1n, 0n, 1n] as const;
export type Side = (typeof SIDES)[number];

/** A kind of instant at which a feature's value may change. */
export interface EdgeKind {
  readonly name: string;
  /** The instants of this kind that a key's events make, at or about the watermark or later. */
  readonly instants: (history: readonly Event[], watermark: bigint) => readonly bigint[];
}

const fromEvents = (name: string, step: (at: bigint) => bigint): EdgeKind => ({
  name,
  instants: (history) => history.map(({ eventTime }) => step(eventTime)),
});

/** Two events of one time come in, and their order decides. */
const tie = (step: (at: bigint) => bigint): EdgeKind => ({
  name: "tie",
  instants: (history) =>
    history.filter((event, i) => history[i - 1]?.eventTime === event.eventTime).map((event) => step(event.eventTime)),
});

/** Before T nothing may be asked. */
const WATERMARK: EdgeKind = { name: "T", instants: (_, watermark) => [watermark] };

export function edgeKinds(view: OracleView, feature: OracleFeature): readonly EdgeKind[] {
  if (feature.kind === "row") {
    const { ttl } = view;
    const ends = ttl === undefined ? [] : [fromEvents("ttl end", (at) => at + ttl)];
    return [fromEvents("event", (at) => at), tie((at) => at), ...ends, WATERMARK];
  }
  const { window, offset = 0n } = feature;
  const enters = (at: bigint): bigint => at + offset;
  const ties = /^(first|last)/.test(feature.aggregate) ? [tie(enters)] : [];
  if (window.shape === "lifetime") return [fromEvents("to", enters), ...ties, WATERMARK];
  const leaves = (at: bigint): bigint => at + offset + window.size;
  if (window.shape === "sliding") return [fromEvents("to", enters), fromEvents("from", leaves), ...ties, WATERMARK];

  const hop = window.hop ?? defaultHop(window.size);
  const next = (at: bigint): bigint => floor(at, hop) + hop;
  // Where the windows' lower edge moves, and of those that hop the upper one with it.
  const phase = window.shape === "sawtooth" ? window.size + offset : offset;
  const grid: EdgeKind = {
    name: "grid",
    instants: (_, watermark) => [1n, 2n].map((n) => floor(watermark - phase, hop) + n * hop + phase),
  };
  const from = fromEvents("from", (at) => next(at) + window.size + offset);
  const to = window.shape === "sawtooth" ? enters : (at: bigint) => next(at) + offset;
  // An event on the grid itself is in one tile or the other as the bounds say.
  const onGrid: EdgeKind = {
    name: "event on the grid",
    instants: (history) =>
      history
        .filter(({ eventTime }) => floor(eventTime, hop) === eventTime)
        .flatMap(({ eventTime }) => [eventTime + offset, eventTime + offset + window.size]),
  };
  return [fromEvents("to", to), from, grid, onGrid, ...ties, WATERMARK];
}

/** The classes of features that a feature counts for. */
export function classesOf(view: OracleView, feature: OracleFeature): readonly string[] {
  if (feature.kind === "row") return [view.ttl === undefined ? "row" : "row with ttl"];
  const { window, aggregate, where, offset = 0n } = feature;
  return [
    window.shape,
    ...(/N$/.test(aggregate) ? ["list"] : []),
    ...(aggregate === "countDistinct" || aggregate === "quantile" ? [aggregate] : []),
    ...(where ? ["where"] : []),
    ...(offset > 0n ? ["offset"] : []),
  ];
}
