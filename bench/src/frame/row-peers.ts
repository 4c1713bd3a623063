import { eventRows, isKnown, labelRows, type PeerData, type PeerWay, prefiltered, versionColumn } from "./peer-way.js";

// Latest value of five columns. Only `price` has nulls; events of one key may share an instant, and then the greatest
// (known_at or version, amount, price, items, kind, flag) wins, nulls first.

const COLUMNS = ["amount", "price", "items", "kind", "flag"];
const ASCENDING = "amount, price NULLS FIRST, items, kind, flag";
const DESCENDING = "amount DESC, price DESC NULLS LAST, items DESC, kind DESC, flag DESC";
/** Structs compare field by field with nulls last; a flag before `price` puts them first. */
const PACKED =
  "amount := amount, given := price IS NOT NULL, price := price, items := items, kind := kind, flag := flag";

function features(from: string): string {
  return COLUMNS.map((column) => `${from}.${column} AS latest__${column}`).join(", ");
}

function framed(ctes: string, from: string): string {
  return `WITH ${ctes}\nSELECT l.k, l.ts, l.y, ${features("f")}\nFROM l LEFT JOIN ${from} ORDER BY l.rn`;
}

/** From the winner's instant to its row: an equality join, and ties settled among the few rows it finds. */
function lookUp(data: PeerData): string {
  const version = versionColumn(data);
  const order = version ? `e.${version} DESC, ${DESCENDING}` : DESCENDING;
  return `f AS (
  SELECT t.rn, ${COLUMNS.map((column) => `e.${column}`).join(", ")}
  FROM t JOIN ${eventRows(data)} e ON e.k = t.k AND e.event_time = t.best${isKnown(data, "t.ts")}
  QUALIFY row_number() OVER (PARTITION BY t.rn ORDER BY ${order}) = 1)`;
}

/** As above, but ranks only the labels that met more than one row. */
function lookUpOnce(data: PeerData): string {
  const version = versionColumn(data);
  const fields = version ? `version := e.${version}, ${PACKED}` : PACKED;
  return `f AS (
  SELECT rn, w.amount, w.price, w.items, w.kind, w.flag FROM (
    SELECT t.rn, max(struct_pack(${fields})) AS w
    FROM t JOIN ${eventRows(data)} e ON e.k = t.k AND e.event_time = t.best${isKnown(data, "t.ts")} GROUP BY t.rn))`;
}

const ASOF_AFTER_LEAD: PeerWay = {
  name: "asof, ties settled by lead()",
  sql: (data) => `WITH l AS (${labelRows(data)}), e AS (
  SELECT k, event_time, ${COLUMNS.join(", ")} FROM ${eventRows(data)}
  QUALIFY lead(event_time) OVER (PARTITION BY k ORDER BY event_time, ${ASCENDING}) IS DISTINCT FROM event_time)
SELECT l.k, l.ts, l.y, ${features("e")}
FROM l ASOF LEFT JOIN e ON l.k = e.k AND l.ts >= e.event_time ORDER BY l.rn`,
};

const ASOF_AFTER_GROUP: PeerWay = {
  name: "asof, ties settled by group by",
  sql: (data) => `WITH l AS (${labelRows(data)}), e AS (
  SELECT k, event_time, max(struct_pack(${PACKED})) AS w FROM ${eventRows(data)} GROUP BY k, event_time)
SELECT l.k, l.ts, l.y, ${features("e.w")}
FROM l ASOF LEFT JOIN e ON l.k = e.k AND l.ts >= e.event_time ORDER BY l.rn`,
};

/** Which of the rows that tie ASOF takes does not matter where only their instant is asked for. */
function narrow(data: PeerData): string {
  return `l AS (${labelRows(data)}), t AS (
  SELECT l.rn, l.k, l.ts, e.event_time AS best
  FROM l ASOF JOIN (SELECT k, event_time FROM ${eventRows(data)}) e ON l.k = e.k AND l.ts >= e.event_time)`;
}

const ASOF_THEN_LOOK_UP: PeerWay = {
  name: "asof for the instant, then look up",
  sql: (data) => framed(`${narrow(data)}, ${lookUp(data)}`, "f USING (rn)"),
};

const ASOF_THEN_LOOK_UP_ONCE: PeerWay = {
  name: "asof for the instant, then look up, max(struct)",
  sql: (data) => framed(`${narrow(data)}, ${lookUpOnce(data)}`, "f USING (rn)"),
};

function met(data: PeerData): string {
  return `FROM l JOIN ${eventRows(data)} e ON e.k = l.k AND e.event_time <= l.ts${isKnown(data, "l.ts")} GROUP BY l.rn`;
}

const RANGE_MAX: PeerWay = {
  name: "range join, max(struct)",
  sql: (data) => {
    const version = versionColumn(data);
    const fields = version ? `e := event_time, v := ${version}, ${PACKED}` : `e := event_time, ${PACKED}`;
    return framed(
      `l AS (${labelRows(data)}), f AS (
  SELECT rn, w.amount, w.price, w.items, w.kind, w.flag
  FROM (SELECT l.rn, max(struct_pack(${fields})) AS w ${met(data)}))`,
      "f USING (rn)",
    );
  },
};

const RANGE_THEN_LOOK_UP: PeerWay = {
  name: "range join for the instant, then look up",
  sql: (data) =>
    framed(
      `l AS (${labelRows(data)}), t AS (
  SELECT l.rn, any_value(l.k) AS k, any_value(l.ts) AS ts, max(e.event_time) AS best ${met(data)}),
${lookUp(data)}`,
      "f USING (rn)",
    ),
};

const INTERVALS: PeerWay = {
  name: "range join on [event_time, lead)",
  sql: (data) => `WITH l AS (${labelRows(data)}), e AS (
  SELECT k, event_time, ${COLUMNS.join(", ")}, lead(event_time, 1, 'infinity') OVER (
    PARTITION BY k ORDER BY event_time, ${ASCENDING}) AS until FROM ${eventRows(data)})
SELECT l.k, l.ts, l.y, ${features("e")}
FROM l LEFT JOIN e ON l.k = e.k AND l.ts >= e.event_time AND l.ts < e.until ORDER BY l.rn`,
};

const UNION_LAST: PeerWay = {
  name: "union, last_value()",
  sql: (data) => `WITH u AS (
  SELECT k, event_time AS ts, NULL AS y, NULL AS rn, struct_pack(${PACKED}) AS w FROM ${eventRows(data)}
  UNION ALL SELECT k, ts, y, rn, NULL FROM (${labelRows(data)}))
SELECT k, ts, y, ${features("v")} FROM (
  SELECT k, ts, y, rn, last_value(w IGNORE NULLS) OVER (
    PARTITION BY k ORDER BY ts, rn NULLS FIRST, w.amount, w.price NULLS FIRST, w.items, w.kind, w.flag
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS v
  FROM u QUALIFY rn IS NOT NULL) ORDER BY rn`,
};

/** In the order they became known, only the rows that set a new record ever win. */
const RECORDS_ASOF: PeerWay = {
  name: "records by known_at, asof",
  sql: (data) => `WITH l AS (${labelRows(data)}), e AS (
  SELECT k, known_at, ${COLUMNS.join(", ")} FROM ${eventRows(data)}
  WINDOW w AS (PARTITION BY k ORDER BY known_at, event_time, ${ASCENDING}),
    before AS (PARTITION BY k ORDER BY known_at, event_time, ${ASCENDING}
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  QUALIFY coalesce(event_time >= max(event_time) OVER before, true)
    AND lead(known_at) OVER w IS DISTINCT FROM known_at)
SELECT l.k, l.ts, l.y, ${features("e")}
FROM l ASOF LEFT JOIN e ON l.k = e.k AND l.ts >= e.known_at ORDER BY l.rn`,
};

const RUNNING_MAX_ASOF: PeerWay = {
  name: "running max(event_time) by known_at, asof, then look up",
  sql: (data) =>
    framed(
      `l AS (${labelRows(data)}), r AS (
  SELECT k, known_at, max(event_time) OVER (PARTITION BY k ORDER BY known_at) AS best FROM ${eventRows(data)}),
t AS (SELECT l.rn, l.k, l.ts, r.best FROM l ASOF JOIN r ON l.k = r.k AND l.ts >= r.known_at),
${lookUp(data)}`,
      "f USING (rn)",
    ),
};

/** Rows older than the greatest delay are all known: ASOF for them, a join on (key, bucket) for the recent ones. */
const SPLIT: PeerWay = {
  name: "asof before the greatest delay, bucket join within it, look up",
  sql: (data) =>
    framed(
      `l AS (${labelRows(data)}), d AS (
  SELECT greatest(max(epoch_us(known_at) - epoch_us(event_time)), 1) AS late FROM ${eventRows(data)}),
older AS (
  SELECT l.rn, e.event_time AS best
  FROM (SELECT rn, k, ts - to_microseconds((SELECT late FROM d)) AS until FROM l) l
  ASOF JOIN (SELECT k, event_time FROM ${eventRows(data)}) e ON l.k = e.k AND l.until >= e.event_time),
recent AS (
  SELECT p.rn, max(e.event_time) AS best
  FROM (SELECT rn, k, ts, unnest([epoch_us(ts) // (SELECT late FROM d), epoch_us(ts) // (SELECT late FROM d) - 1]) AS b
    FROM l) p
  JOIN (SELECT k, event_time, known_at, epoch_us(event_time) // (SELECT late FROM d) AS b FROM ${eventRows(data)}) e
    ON e.k = p.k AND e.b = p.b AND e.event_time <= p.ts AND e.known_at <= p.ts
  GROUP BY p.rn),
t AS (
  SELECT l.rn, l.k, l.ts, greatest(recent.best, older.best) AS best
  FROM l LEFT JOIN older USING (rn) LEFT JOIN recent USING (rn)),
${lookUp(data)}`,
      "f USING (rn)",
    ),
};

const UNION_RUNNING_MAX: PeerWay = {
  name: "union, running max(struct)",
  sql: (data) => `WITH u AS (
  SELECT k, known_at AS ts, NULL AS y, NULL AS rn, struct_pack(e := event_time, r := known_at, ${PACKED}) AS w
  FROM ${eventRows(data)} UNION ALL SELECT k, ts, y, rn, NULL FROM (${labelRows(data)}))
SELECT k, ts, y, ${features("v")} FROM (
  SELECT k, ts, y, rn, max(w) OVER (
    PARTITION BY k ORDER BY ts RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS v
  FROM u QUALIFY rn IS NOT NULL) ORDER BY rn`,
};

export const ROW_PEERS: readonly PeerWay[] = [
  ASOF_THEN_LOOK_UP,
  ASOF_THEN_LOOK_UP_ONCE,
  ASOF_AFTER_LEAD,
  ASOF_AFTER_GROUP,
  INTERVALS,
  RANGE_THEN_LOOK_UP,
  RANGE_MAX,
  UNION_LAST,
];

export const LATE_ROW_PEERS: readonly PeerWay[] = [
  RUNNING_MAX_ASOF,
  RECORDS_ASOF,
  SPLIT,
  RANGE_THEN_LOOK_UP,
  RANGE_MAX,
  UNION_RUNNING_MAX,
];

export const CORRECTED_ROW_PEERS: readonly PeerWay[] = [RANGE_THEN_LOOK_UP, RANGE_MAX];

/** Where not every key has a label: the others' events are left out first. */
export const BIG_ROW_PEERS: readonly PeerWay[] = [
  prefiltered(ASOF_THEN_LOOK_UP),
  prefiltered(ASOF_THEN_LOOK_UP_ONCE),
  prefiltered(ASOF_AFTER_LEAD),
  prefiltered(RANGE_THEN_LOOK_UP),
  prefiltered(RANGE_MAX),
];
