import type { Instant, Wire } from "@lockstep/core";
import type { Side } from "../report.js";
import type { Fate } from "./fates.js";

export interface WhyOptions {
  /** Default: now, or T where that is later. */
  readonly at?: Instant | string;
  /** Rows shown, at most; the others are counted. Default 40. */
  readonly rows?: number;
}

/** One value, and the rows that make it. Instants are ISO 8601. */
export interface Why {
  readonly view: string;
  readonly feature: string;
  readonly key: Readonly<Record<string, Wire>>;
  readonly at: string;
  readonly type: string;
  /** The feature's declaration, as `fs plan` prints it. */
  readonly definition: string;
  /** What is aggregated, or taken from the winner. */
  readonly argument: string | null;
  readonly where: string | null;
  readonly window: WhyWindow | null;
  /** Seconds. */
  readonly ttl: number | null;
  readonly generation: number;
  readonly run: number | null;
  /** T; null: never materialized. */
  readonly watermark: string | null;
  /** What a training frame gives: of all that was known by `at`. */
  readonly offline: Side;
  /** What the online store is to give: of what was known by T, and what was pushed since. Null where `at` is before T. */
  readonly expected: Side | null;
  readonly online: Side | null;
  /** What it comes to, in a sentence. */
  readonly verdict: { readonly state: "agrees" | "explained" | "wrong" | "unknown"; readonly says: string };
  readonly counts: { readonly offline: FateCounts; readonly online: FateCounts | null };
  /** In the order of events. */
  readonly rows: readonly WhyRow[];
  readonly total: number;
}

export type FateCounts = { readonly [F in Fate]?: number };

export interface WhyWindow {
  readonly from: string | null;
  readonly to: string;
  readonly bounds: string;
}

export interface WhyRow {
  readonly eventTime: string | null;
  readonly knownAt: string | null;
  /** Where the source has ids: the same number for the versions of one event. */
  readonly event: number | null;
  readonly version: string | null;
  readonly value: Wire;
  /** Whether it was pushed, and whether the source has it. */
  readonly from: "source" | "pushed" | "both";
  readonly offline: Fate;
  /** Of what was known by T, and what was pushed since; null where `at` is before T. */
  readonly online: Fate | null;
  /** What took its place offline, and online. */
  readonly by: WhyOther | null;
  readonly onlineBy: WhyOther | null;
}

/** The version, or the event, that took a row's place. */
export interface WhyOther {
  readonly version: string | null;
  readonly eventTime: string | null;
  readonly knownAt: string | null;
}
