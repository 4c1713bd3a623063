import { eventRows, isKnown, labelRows, type PeerData, type PeerWay } from "./peer-way.js";

// Ten aggregates over sawtooth windows [lower edge, ts): the edges of 1h, 1d, 7d, 30d lie on grids of 5m, 1h, 1h, 1d.

const EDGES = `time_bucket(INTERVAL 5 MINUTE, ts - INTERVAL 1 HOUR) AS lo1h,
    date_trunc('hour', ts - INTERVAL 1 DAY) AS lo1d,
    date_trunc('hour', ts - INTERVAL 7 DAY) AS lo7d,
    date_trunc('day', ts - INTERVAL 30 DAY) AS lo30d`;

type Aggregate = "n" | "s" | "m";
/** (feature, aggregate, window): the same ten as in declarations.ts. */
const FEATURES: readonly (readonly [string, Aggregate, string])[] = [
  ["n_1h", "n", "1h"],
  ["n_1d", "n", "1d"],
  ["n_7d", "n", "7d"],
  ["n_30d", "n", "30d"],
  ["sum_1h", "s", "1h"],
  ["sum_7d", "s", "7d"],
  ["sum_30d", "s", "30d"],
  ["mean_1d", "m", "1d"],
  ["mean_7d", "m", "7d"],
  ["mean_30d", "m", "30d"],
];

function select(f: string): string {
  const columns = FEATURES.map(([name, kind]) => {
    if (kind === "n") return `coalesce(${f}.${name}, 0) AS windows__${name}`;
    return kind === "s" ? `${f}.${name}::BIGINT AS windows__${name}` : `${f}.${name} AS windows__${name}`;
  });
  return `SELECT l.k, l.ts, l.y, ${columns.join(", ")}`;
}

function range(data: PeerData, aggregate: (kind: Aggregate, window: string) => string): string {
  const columns = FEATURES.map(([name, kind, window]) => `${aggregate(kind, window)} AS ${name}`);
  return `WITH l AS (SELECT rn, k, ts, y, ${EDGES} FROM (${labelRows(data)})), f AS (
  SELECT l.rn, ${columns.join(", ")}
  FROM l JOIN ${eventRows(data)} e ON e.k = l.k AND e.event_time >= l.lo30d AND e.event_time < l.ts${isKnown(data, "l.ts")}
  GROUP BY l.rn)
${select("f")} FROM l LEFT JOIN f USING (rn) ORDER BY l.rn`;
}

const PLAIN = { n: "count(*)", s: "sum(e.amount)", m: "avg(e.price)" };

const RANGE_FILTER: PeerWay = {
  name: "range join, group by, filter",
  sql: (data) =>
    range(data, (kind, window) =>
      window === "30d" ? PLAIN[kind] : `${PLAIN[kind]} FILTER (e.event_time >= l.lo${window})`,
    ),
};

const RANGE_CASE: PeerWay = {
  name: "range join, group by, case",
  sql: (data) =>
    range(data, (kind, window) => {
      if (window === "30d") return PLAIN[kind];
      const inside = `e.event_time >= l.lo${window}`;
      if (kind === "n") return `sum((${inside})::UTINYINT)::BIGINT`;
      return kind === "s" ? `sum(CASE WHEN ${inside} THEN e.amount END)` : `avg(CASE WHEN ${inside} THEN e.price END)`;
    }),
};

/** Every event and label in one table, one frame a window that reaches back to the label's own edge. */
const UNION_FRAMES: PeerWay = {
  name: "union, window frames",
  sql: (data) => {
    const frames = ["1h", "1d", "7d", "30d"].map(
      (window) =>
        `w${window} AS (PARTITION BY k ORDER BY us RANGE BETWEEN us - coalesce(epoch_us(lo${window}), us) PRECEDING AND 1 PRECEDING)`,
    );
    const columns = FEATURES.map(([name, kind, window]) => {
      const call = { n: "count(event)", s: "sum(amount)", m: "avg(price)" }[kind];
      return `${call} OVER w${window} AS ${name}`;
    });
    return `WITH u AS (
  SELECT k, epoch_us(ts) AS us, ts, y, rn, NULL AS event, NULL AS amount, NULL AS price, ${EDGES}
  FROM (${labelRows(data)})
  UNION ALL SELECT k, epoch_us(event_time), NULL, NULL, NULL, true, amount, price, NULL, NULL, NULL, NULL
  FROM ${eventRows(data)})
${select("l")} FROM (SELECT k, ts, y, rn, ${columns.join(", ")} FROM u
WINDOW ${frames.join(",\n  ")} QUALIFY rn IS NOT NULL) l ORDER BY rn`;
  },
};

const RUNNING = `SELECT k, event_time, count(*) OVER w AS n, sum(amount) OVER w AS s, count(price) OVER w AS c,
    sum(price) OVER w AS p`;

/** Totals so far up to each end of each window, taken from one ASOF join; a window is a difference of two. */
function ends(points: readonly (readonly [string, string])[], data: PeerData): string {
  const list = points.map(([name, at]) => `{'end': '${name}', 'at': ${at}}`).join(", ");
  return `r AS (${RUNNING} FROM ${eventRows(data)} WINDOW w AS (PARTITION BY k ORDER BY event_time)),
p AS (SELECT rn, k, unnest([${list}], recursive := true) FROM l),
g AS (
  SELECT p.rn, ${points
    .flatMap(([name]) =>
      ["n", "s", "c", "p"].map(
        (total) => `coalesce(any_value(r.${total}) FILTER (p."end" = '${name}'), 0) AS ${total}_${name}`,
      ),
    )
    .join(", ")}
  FROM p ASOF JOIN r ON p.k = r.k AND p.at > r.event_time GROUP BY p.rn)`;
}

const PREFIX: PeerWay = {
  name: "running totals, asof at both ends",
  sql: (data) => {
    const points = [
      ["ts", "ts"],
      ["1h", "lo1h"],
      ["1d", "lo1d"],
      ["7d", "lo7d"],
      ["30d", "lo30d"],
    ] as const;
    const columns = FEATURES.map(([name, kind, w]) => {
      const n = `n_ts - n_${w}`;
      if (kind === "n") return `${n} AS ${name}`;
      if (kind === "s") return `CASE WHEN ${n} > 0 THEN s_ts - s_${w} END AS ${name}`;
      return `CASE WHEN c_ts > c_${w} THEN (p_ts - p_${w}) / (c_ts - c_${w}) END AS ${name}`;
    });
    return `WITH l AS (SELECT rn, k, ts, y, ${EDGES} FROM (${labelRows(data)})), ${ends(points, data)},
f AS (SELECT rn, ${columns.join(", ")} FROM g)
${select("f")} FROM l LEFT JOIN f USING (rn) ORDER BY l.rn`;
  },
};

/** Rows older than the greatest delay are all known: running totals for them, a join on (key, bucket) for the rest. */
const PREFIX_AND_RECENT: PeerWay = {
  name: "running totals before the greatest delay, bucket join within it",
  sql: (data) => {
    const points = [
      ["1h", "least(lo1h, since)"],
      ["1d", "least(lo1d, since)"],
      ["7d", "least(lo7d, since)"],
      ["30d", "least(lo30d, since)"],
      ["ts", "since"],
    ] as const;
    const recent = ["1h", "1d", "7d", "30d"].map((w) => {
      const inside = `FILTER (e.event_time >= p.lo${w})`;
      return `count(*) ${inside} AS n_${w}, sum(e.amount) ${inside} AS s_${w}, count(e.price) ${inside} AS c_${w},
    sum(e.price) ${inside} AS p_${w}`;
    });
    const columns = FEATURES.map(([name, kind, w]) => {
      const total = (t: string) => `coalesce(g.${t}_ts - g.${t}_${w}, 0) + coalesce(q.${t}_${w}, 0)`;
      if (kind === "n") return `${total("n")} AS ${name}`;
      if (kind === "s") return `CASE WHEN ${total("n")} > 0 THEN ${total("s")} END AS ${name}`;
      return `CASE WHEN ${total("c")} > 0 THEN (${total("p")}) / (${total("c")}) END AS ${name}`;
    });
    return `WITH d AS (
  SELECT greatest(max(epoch_us(known_at) - epoch_us(event_time)), 1) AS late FROM ${eventRows(data)}),
l AS (SELECT rn, k, ts, y, ts - to_microseconds((SELECT late FROM d)) AS since, ${EDGES} FROM (${labelRows(data)})),
${ends(points, data)},
q AS (
  SELECT p.rn, ${recent.join(",\n    ")}
  FROM (SELECT rn, k, ts, since, lo1h, lo1d, lo7d, lo30d,
      unnest([epoch_us(ts) // (SELECT late FROM d), epoch_us(ts) // (SELECT late FROM d) - 1]) AS b FROM l) p
  JOIN (SELECT k, event_time, known_at, amount, price, epoch_us(event_time) // (SELECT late FROM d) AS b
    FROM ${eventRows(data)}) e
    ON e.k = p.k AND e.b = p.b AND e.event_time >= p.since AND e.event_time < p.ts AND e.known_at <= p.ts
  GROUP BY p.rn),
f AS (SELECT l.rn, ${columns.join(", ")} FROM l LEFT JOIN g USING (rn) LEFT JOIN q USING (rn))
${select("f")} FROM l LEFT JOIN f USING (rn) ORDER BY l.rn`;
  },
};

export const WINDOW_PEERS: readonly PeerWay[] = [RANGE_FILTER, RANGE_CASE, PREFIX, UNION_FRAMES];
export const LATE_WINDOW_PEERS: readonly PeerWay[] = [RANGE_FILTER, RANGE_CASE, PREFIX_AND_RECENT];
export const CORRECTED_WINDOW_PEERS: readonly PeerWay[] = [RANGE_FILTER, RANGE_CASE];
