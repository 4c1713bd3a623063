import type { Database } from "@lockstep/offline";
import { cached, uniform } from "../cache.js";

export type Keys = "uniform" | "zipf";

export interface Size {
  readonly events: number;
  readonly labels: number;
  readonly keys: number;
}

export interface FrameData {
  readonly events: string;
  readonly labels: string;
}

const VERSION = 2;
const DAYS = 90;
/** Labels begin late enough for every window to be full. */
const LABEL_DAYS = 60;
const START = `TIMESTAMP '2024-01-01'`;
const HOTTEST = 0.05;

export function sizeAt(scale: number): Size {
  const whole = (full: number): number => Math.max(1, Math.round(full * scale));
  return { events: whole(10_000_000), labels: whole(1_000_000), keys: whole(100_000) };
}

/**
 * Events in the order they happened, known up to two hours later; labels in no order. Both lie on whole minutes, so that
 * some of a key's events tie, and some lie on a label's instant and on the edges of its windows.
 */
export async function frameData(db: Database, keys: Keys, size: Size): Promise<FrameData> {
  const key = `${keys}-${size.events}x${size.labels}x${size.keys}-v${VERSION}`;
  const events = await cached(
    db,
    `frame-events-${key}`,
    `SELECT k, event_time, event_time + to_seconds(floor(${uniform("i", 1)} * 7201)::BIGINT) AS known_at,
  amount, price, items, kind, flag FROM (
    SELECT i, ${keyOf(keys, uniform("i", 0), size.keys)} AS k,
      ${START} + to_minutes(i * ${DAYS * 1_440} // ${size.events}) AS event_time,
      floor(${uniform("i", 2)} * 2000000 - 1000000)::BIGINT AS amount,
      CASE WHEN ${uniform("i", 3)} >= 0.02 THEN round(${uniform("i", 4)} * 100, 4) END AS price,
      floor(${uniform("i", 5)} * 10)::INTEGER AS items,
      'kind ' || floor(${uniform("i", 6)} * 50)::INTEGER AS kind,
      ${uniform("i", 7)} < 0.3 AS flag
    FROM range(${size.events}) t(i))`,
  );
  const labels = await cached(
    db,
    `frame-labels-${key}`,
    `SELECT ${keyOf(keys, uniform("i", 8), size.keys)} AS k,
  ${START} + INTERVAL ${DAYS - LABEL_DAYS} DAY + to_minutes(floor(${uniform("i", 9)} * ${LABEL_DAYS * 1_440})::BIGINT) AS ts,
  (${uniform("i", 10)} < 0.1)::INTEGER AS y
FROM range(${size.labels}) t(i)`,
  );
  return { events, labels };
}

/** Zipf keys by the inverse of a continuous power law, whose exponent gives the hottest key its share. */
function keyOf(keys: Keys, u: string, count: number): string {
  if (keys === "uniform") return `floor(${u} * ${count})::BIGINT`;
  const d = zipfExponent(count);
  return `least(floor(pow(${u} * ${(count + 1) ** d - 1} + 1, ${1 / d}))::BIGINT - 1, ${count - 1})`;
}

/** d = 1 - s such that the first of the keys gets HOTTEST: (2^d - 1) / ((n + 1)^d - 1). */
function zipfExponent(count: number): number {
  let [low, high] = [-4, 1];
  for (let i = 0; i < 60; i++) {
    const d = (low + high) / 2 || 1e-9;
    const share = (2 ** d - 1) / ((count + 1) ** d - 1);
    if (share > HOTTEST) low = d;
    else high = d;
  }
  return (low + high) / 2;
}
