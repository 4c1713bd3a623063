import type { Database } from "@lockstep/offline";
import { cached, uniform } from "../cache.js";
import { amountSql, correctedSql, priceSql } from "./corrected-data.js";

export type Keys = "uniform" | "zipf";
/** When the store knows events: as they happen, up to two hours later, or so and with a second version of some. */
export type Known = "at once" | "later" | "corrected";
/** Where events lie: on whole minutes, where some of a key's tie, or each at an instant of its own. */
export type Instants = "minutes" | "distinct";

export interface Size {
  readonly events: number;
  readonly labels: number;
  readonly keys: number;
}

/** What events are like. */
export interface Events {
  readonly keys: Keys;
  readonly known: Known;
  readonly instants?: Instants;
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
 * Events in the order they happened; labels in no order, on whole minutes, so that some lie on an event's instant, and
 * some events on the edges of their windows.
 */
export async function frameData(db: Database, events: Events, size: Size): Promise<FrameData> {
  const { keys, known, instants = "minutes" } = events;
  const key = `${keys}-${size.events}x${size.labels}x${size.keys}-v${VERSION}`;
  const kind = [known === "corrected" ? "corrected" : "events", ...(instants === "distinct" ? [instants] : [])];
  return {
    events: await cached(db, `frame-${kind.join("-")}-${key}`, eventsSql({ keys, known, instants }, size)),
    labels: await cached(
      db,
      `frame-labels-${key}`,
      `SELECT ${keyOf(keys, uniform("i", 8), size.keys)} AS k,
  ${START} + INTERVAL ${DAYS - LABEL_DAYS} DAY + to_minutes(floor(${uniform("i", 9)} * ${LABEL_DAYS * 1_440})::BIGINT) AS ts,
  (${uniform("i", 10)} < 0.1)::INTEGER AS y
FROM range(${size.labels}) t(i)`,
    ),
  };
}

function eventsSql({ keys, known, instants }: Required<Events>, size: Size): string {
  const step = {
    minutes: `to_minutes(i * ${DAYS * 1_440} // ${size.events})`,
    distinct: `to_microseconds(i * ${Math.floor((DAYS * 86_400_000_000) / size.events)})`,
  }[instants];
  const first = (numbered: boolean): string => `SELECT ${numbered ? "i AS id, 0 AS version, " : ""}k, event_time,
  event_time + to_seconds(floor(${uniform("i", 1)} * 7201)::BIGINT) AS known_at, amount, price, items, kind, flag FROM (
    SELECT i, ${keyOf(keys, uniform("i", 0), size.keys)} AS k,
      ${START} + ${step} AS event_time,
      ${amountSql("i", 2)} AS amount,
      ${priceSql("i", 3)} AS price,
      floor(${uniform("i", 5)} * 10)::INTEGER AS items,
      'kind ' || floor(${uniform("i", 6)} * 50)::INTEGER AS kind,
      ${uniform("i", 7)} < 0.3 AS flag
    FROM range(${size.events}) t(i))`;
  if (known !== "corrected") return first(false);
  return correctedSql(first(true), keyOf(keys, uniform("id", 14), size.keys));
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
