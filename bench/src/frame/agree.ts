import type { Database, Frame } from "@lockstep/offline";

/** Of the larger of the two values, or of 1. */
const TOLERANCE = 1e-9;

/** Counts the rows in which the frame and the peer's table differ, by place; null where none do. */
export async function difference(db: Database, frame: Frame, peer: string): Promise<string | null> {
  const columns = await db.rows(`DESCRIBE ${peer}`);
  const names = columns.map((c) => String(c["column_name"]));
  const ours = frame.columns.map((c) => c.name);
  if (names.join() !== ours.join()) return `the peer has the columns ${names.join(", ")}, ours ${ours.join(", ")}`;
  const [rows] = await db.rows(`SELECT count(*)::INTEGER AS n FROM ${peer}`);
  if (rows?.["n"] !== frame.rowCount) return `the peer has ${String(rows?.["n"])} rows, ours ${frame.rowCount}`;
  const differs = columns.map((c) => {
    const [a, b] = [`frame."${String(c["column_name"])}"`, `p."${String(c["column_name"])}"`];
    const exact = `${a} IS DISTINCT FROM ${b}`;
    if (c["column_type"] !== "DOUBLE") return `count(*) FILTER (${exact})`;
    return `count(*) FILTER (${exact} AND NOT coalesce(abs(${a} - ${b}) <= ${TOLERANCE} * greatest(1, abs(${a})), false))`;
  });
  const [counted] = await frame.query(
    `SELECT ${differs.map((d, i) => `${d}::INTEGER AS c${i}`).join(", ")} FROM frame POSITIONAL JOIN ${peer} p`,
  );
  const found = names.filter((_, i) => counted?.[`c${i}`] !== 0);
  return found.length === 0
    ? null
    : found.map((name) => `${name} in ${String(counted?.[`c${names.indexOf(name)}`])} rows`).join(", ");
}
