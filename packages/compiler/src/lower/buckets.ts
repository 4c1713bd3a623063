import type { Member } from "./member.js";

/** The first and the last instant between which a row can count, as SQL over `a`. */
export type Span = readonly [from: string, to: string];

export interface BucketJoin {
  /** What is asked, with the columns that spans and conditions read. */
  readonly asks: string;
  readonly rows: string;
  /** The column of the rows that tells their instant. */
  readonly at: string;
  readonly select: readonly string[];
  readonly where: readonly string[];
  /** The length of the buckets of time, and the spans where rows are looked for. Null: all rows of the key. */
  readonly buckets: { readonly width: number; readonly spans: readonly Span[] } | null;
}

/** Joins what was asked for to rows of its key, by buckets of time where keys have many, and groups by `rid`. */
export function joinRows({ dialect }: Member, join: BucketJoin): string {
  const { asks, rows, at, select, where, buckets } = join;
  const condition = where.length > 0 ? ` WHERE ${where.join(" AND ")}` : "";
  const grouped = `${condition}\n  GROUP BY a.rid`;
  if (buckets === null) {
    return `SELECT a.rid, ${select.join(", ")}
  FROM ${asks} a JOIN ${rows} e ON a.kid = e.kid${grouped}`;
  }
  const bucket = (x: string) => dialect.floorDiv(x, buckets.width);
  const numbers = dialect.integers(buckets.spans.map(([from, to]) => [bucket(from), bucket(to)]));
  return `SELECT a.rid, ${select.join(", ")}
  FROM (SELECT a.*, ${numbers} AS bucket FROM ${asks} a) a
  JOIN (SELECT *, ${bucket(at)} AS bucket FROM ${rows}) e ON a.kid = e.kid AND a.bucket = e.bucket${grouped}`;
}
