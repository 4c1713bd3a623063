import type { Events } from "./data.js";
import type { Features } from "./declarations.js";
import type { PeerWay } from "./peer-way.js";
import { CORRECTED_ROW_PEERS, LATE_ROW_PEERS, ROW_PEERS } from "./row-peers.js";
import { CORRECTED_WINDOW_PEERS, LATE_WINDOW_PEERS, WINDOW_PEERS } from "./window-peers.js";

export interface FrameCase extends Events {
  readonly name: string;
  readonly features: Features;
  readonly peers: readonly PeerWay[];
  /** Held against ours over plainer events, and at most so many times as long; the peer is shown beside. */
  readonly against?: Events & { readonly name: string; readonly ratio: number };
}

const PLAIN: Events = { keys: "uniform", known: "at once" };
const LATER: Events = { ...PLAIN, known: "later" };
const ZIPF = { ...PLAIN, keys: "zipf", against: { ...PLAIN, name: "uniform keys", ratio: 3 } } as const;
const CORRECTED = { ...PLAIN, known: "corrected", against: { ...LATER, name: "none corrected", ratio: 1.5 } } as const;

/** A new case is a new row. */
export const CASES: readonly FrameCase[] = [
  { name: "five row features", features: "latest", ...PLAIN, peers: ROW_PEERS },
  { name: "five row features, known later", features: "latest", ...LATER, peers: LATE_ROW_PEERS },
  { name: "ten windows", features: "windows", ...PLAIN, peers: WINDOW_PEERS },
  { name: "ten windows, known later", features: "windows", ...LATER, peers: LATE_WINDOW_PEERS },
  { name: "ten windows, Zipf keys", features: "windows", ...ZIPF, peers: WINDOW_PEERS },
  { name: "five row features, Zipf keys", features: "latest", ...ZIPF, peers: ROW_PEERS },
  { name: "five row features, 5 % corrected", features: "latest", ...CORRECTED, peers: CORRECTED_ROW_PEERS },
  { name: "ten windows, 5 % corrected", features: "windows", ...CORRECTED, peers: CORRECTED_WINDOW_PEERS },
];
