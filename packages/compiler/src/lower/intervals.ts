import { type Member, relationName } from "./member.js";

/** Intervals are put into buckets that are at least as long as they, each 16 times the one before: 1 ms .. 2,000 years. */
const WIDTHS = Array.from({ length: 13 }, (_, i) => 2 ** (10 + 4 * i)).filter((w) => w <= 2 ** 56);

/**
 * Joins what was asked for to rows of its key that hold from `av` until before `gone`. Where keys are dense, an
 * interval is looked for only in the bucket of its width where the instant lies.
 */
export function joinIntervals(member: Member, rows: string, select: readonly string[]): string {
  const { dialect, hints } = member;
  const asks = relationName(member, "asks");
  const holds = "a.t >= e.av AND a.t < e.gone";
  if (!hints.dense) {
    return `SELECT a.rid, ${select.join(", ")}
  FROM ${asks} a JOIN ${rows} e ON a.kid = e.kid
  WHERE ${holds} GROUP BY a.rid`;
  }
  const width = `CASE ${WIDTHS.slice(0, -1)
    .map((w) => `WHEN gone - av <= ${w} THEN ${w}`)
    .join(" ")} ELSE ${WIDTHS.at(-1)} END`;
  const sized = `SELECT *, ${width} AS width FROM ${rows} WHERE av < gone`;
  const bucket = (x: string, of: string) => dialect.floorDiv(x, of);
  return `SELECT a.rid, ${select.join(", ")}
  FROM (SELECT a.*, w.width, ${bucket("a.t", "w.width")} AS bucket FROM ${asks} a, (SELECT DISTINCT width FROM (${sized})) w) a
  JOIN (SELECT *, ${dialect.integers([[bucket("av", "width"), bucket("(gone - 1)", "width")]])} AS bucket FROM (${sized})) e
    ON a.kid = e.kid AND a.width = e.width AND a.bucket = e.bucket
  WHERE ${holds} GROUP BY a.rid`;
}
