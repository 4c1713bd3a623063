import type { OracleFeature, Value } from "../oracle/index.js";
import type { Case } from "./model.js";

export type Ask = Case["asks"][number];

const DEFAULT_HOPS = [60_000_000n, 300_000_000n, 3_600_000_000n, 86_400_000_000n];
const BESIDE = [0n, 1n, -1n];

/**
 * What else to ask of a case, at most `most` rows: the instants at which some event of it begins to count or ceases to
 * (its own, when it became known, and those a ttl, an offset, a window or a window's tile later), and a microsecond to
 * either side of them. A function of the case alone, so that it shrinks with it.
 */
export function edgeAsks(c: Case, most: number): Ask[] {
  const anchors = anchorsOf(c);
  const steps = [...new Set([0n, ...(c.oracle.ttl === undefined ? [] : [c.oracle.ttl])])]
    .map((delta) => (at: bigint) => at + delta)
    .concat(c.oracle.features.flatMap(stepsOf));
  const total = anchors.length * steps.length * BESIDE.length;
  const asks: Ask[] = [];
  const seen = new Set<string>();
  // A stride that shares no factor with the total meets every combination once, in an order that mixes them.
  const stride = coprime(total, Math.trunc(total * 0.618) || 1);
  for (let i = 0, at = 0; i < total && asks.length < most; i++, at = (at + stride) % total) {
    const anchor = anchors[at % anchors.length] as Ask;
    const step = steps[Math.trunc(at / anchors.length) % steps.length] as (t: bigint) => bigint;
    const beside = BESIDE[Math.trunc(at / anchors.length / steps.length)] as bigint;
    // Every ninth asks for another row's key at this row's instants.
    const key = i % 9 === 8 ? (anchors[(at + i) % anchors.length] as Ask).key : anchor.key;
    const ask = { key, t: step(anchor.t) + beside };
    const id = `${ask.t} ${ask.key.map(String).join("\0")}`;
    if (!seen.has(id)) asks.push(ask);
    seen.add(id);
  }
  return asks;
}

/** Each row's event time and knownAt with its key; where a case has no rows, what it asks for. */
function anchorsOf(c: Case): Ask[] {
  const anchors = c.rows.flatMap((row) => {
    const key = c.keys.map((k): Value => row[k] ?? null);
    const instants = [row[c.oracle.source.eventTime] as bigint | null, c.oracle.source.knownAt(row)];
    return instants.flatMap((t) => (t === null ? [] : [{ key, t }]));
  });
  return anchors.length > 0 ? anchors : [...c.asks];
}

/** From an event's instant to those at which a window takes it in and lets go of it. */
function stepsOf(feature: OracleFeature): ((at: bigint) => bigint)[] {
  if (feature.kind === "row") return [];
  const { window, offset = 0n } = feature;
  const enters = (at: bigint) => at + offset;
  if (window.shape === "lifetime") return [enters];
  const leaves = (at: bigint) => at + offset + window.size;
  if (window.shape === "sliding") return [enters, leaves];
  const hops = window.hop === undefined ? DEFAULT_HOPS.filter((hop) => hop <= window.size) : [window.hop];
  // A tile is let go of, or where windows hop taken in, when the next grid line is reached.
  const next = (hop: bigint) => (at: bigint) => at - (((at % hop) + hop) % hop) + hop + offset;
  return [enters, leaves, ...hops.flatMap((hop) => [next(hop), (at: bigint) => next(hop)(at) + window.size])];
}

function coprime(total: number, near: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let stride = near;
  while (divisor(total, stride) !== 1) stride++;
  return stride;
}
