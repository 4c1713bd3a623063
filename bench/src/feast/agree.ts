import type { Database } from "@lockstep/offline";

/** Fails where two Parquet files have not the same columns and the same rows, in whatever order. */
export async function checkSameRows(db: Database, ours: string, peer: string): Promise<void> {
  const [a, b] = [relation(ours), relation(peer)];
  const names = async (from: string) => (await db.rows(`DESCRIBE ${from}`)).map((c) => String(c["column_name"])).join();
  const [left, right] = [await names(a), await names(b)];
  if (left !== right) throw new Error(`the peer has the columns ${right}, ours ${left}`);
  const [differ] = await db.rows(`SELECT (SELECT count(*) FROM (${a} EXCEPT ALL ${b}))::INTEGER AS ours,
  (SELECT count(*) FROM (${b} EXCEPT ALL ${a}))::INTEGER AS peer`);
  if (differ?.["ours"] === 0 && differ["peer"] === 0) return;
  throw new Error(`${String(differ?.["ours"])} of our rows and ${String(differ?.["peer"])} of the peer's differ`);
}

/** Feast's instants have a zone, which is UTC. */
const relation = (path: string): string =>
  `SELECT * REPLACE (ts::TIMESTAMP AS ts) FROM read_parquet('${path.replaceAll("'", "''")}')`;
