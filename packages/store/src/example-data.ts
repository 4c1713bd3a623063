import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Writes twenty orders of four customers to a Parquet file: what a new feature repo begins with. */
export async function writeExampleData(path: string): Promise<void> {
  const { Database } = await import("@lockstep/offline");
  await mkdir(dirname(resolve(path)), { recursive: true });
  const db = await Database.open({ threads: 1 });
  try {
    await db.run(`COPY (
      SELECT 'c' || (i % 4 + 1) AS customer_id, TIMESTAMP '2026-01-01 09:00:00' + INTERVAL (i * 7) HOUR AS ordered_at,
        ((i * 37) % 90 + 10)::DOUBLE AS amount
      FROM range(20) r(i)
    ) TO '${resolve(path).replaceAll("'", "''")}' (FORMAT parquet)`);
  } finally {
    db.close();
  }
}
