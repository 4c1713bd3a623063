import type { Keys } from "./data.js";
import type { Features } from "./declarations.js";
import type { PeerData, PeerWay } from "./peer-way.js";
import { LATE_ROW_PEERS, ROW_PEERS } from "./row-peers.js";
import { LATE_WINDOW_PEERS, WINDOW_PEERS } from "./window-peers.js";

export interface FrameCase {
  readonly name: string;
  readonly features: Features;
  readonly known: PeerData["known"];
  readonly keys: Keys;
  readonly peers: readonly PeerWay[];
}

/** A new case is a new row. A case with Zipf keys is held against ours with uniform keys too. */
export const CASES: readonly FrameCase[] = [
  { name: "five row features", features: "latest", known: "at once", keys: "uniform", peers: ROW_PEERS },
  {
    name: "five row features, known later",
    features: "latest",
    known: "later",
    keys: "uniform",
    peers: LATE_ROW_PEERS,
  },
  { name: "ten windows", features: "windows", known: "at once", keys: "uniform", peers: WINDOW_PEERS },
  { name: "ten windows, known later", features: "windows", known: "later", keys: "uniform", peers: LATE_WINDOW_PEERS },
  { name: "ten windows, Zipf keys", features: "windows", known: "at once", keys: "zipf", peers: WINDOW_PEERS },
  { name: "five row features, Zipf keys", features: "latest", known: "at once", keys: "zipf", peers: ROW_PEERS },
];
