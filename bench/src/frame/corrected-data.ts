import { uniform } from "../cache.js";

/** Of the events, those that have a second version. */
const CORRECTED = 0.05;
/** Of the second versions, those that belong to another key, and those that happened up to an hour later. */
const MOVED = 0.1;

export const amountSql = (row: string, salt: number): string =>
  `floor(${uniform(row, salt)} * 2000000 - 1000000)::BIGINT`;

/** With some nulls. Takes two salts. */
export const priceSql = (row: string, salt: number): string =>
  `CASE WHEN ${uniform(row, salt)} >= 0.02 THEN round(${uniform(row, salt + 1)} * 100, 4) END`;

/** First versions with an id, and after all of them the second versions, known two hours to seven days later. */
export function correctedSql(first: string, otherKey: string): string {
  return `WITH first AS (${first})
SELECT * FROM first UNION ALL
SELECT id, 1 AS version, CASE WHEN ${uniform("id", 12)} < ${MOVED} THEN ${otherKey} ELSE k END AS k,
  CASE WHEN ${uniform("id", 13)} < ${MOVED} THEN event_time + to_minutes(1 + floor(${uniform("id", 15)} * 60)::BIGINT) ELSE event_time END AS event_time,
  known_at + to_seconds(floor(7200 + ${uniform("id", 16)} * ${7 * 86_400 - 7_200})::BIGINT) AS known_at,
  ${amountSql("id", 17)} AS amount, ${priceSql("id", 18)} AS price, items, kind, flag
FROM first WHERE ${uniform("id", 11)} < ${CORRECTED}`;
}
