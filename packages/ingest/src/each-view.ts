import type { Database } from "@lockstep/offline";
import type { MaterializeContext } from "./materialize.js";

/**
 * Does work for each item, in order and a few at once, each worker on a connection of its own: whatever else the caller
 * asks meanwhile would end a result that is being read.
 */
export async function eachOnConnections<T, R>(
  { db, connect }: MaterializeContext,
  items: readonly T[],
  most: number,
  work: (item: T, db: Database) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const worker = async (own: Database) => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index] as T, own);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Math.min(most, items.length);
  const connections = connect ? await Promise.all(Array.from({ length: workers }, () => connect())) : [];
  try {
    // All of them come to an end before the first failure is passed on.
    const ended = await Promise.allSettled((connect ? connections : [db]).map(worker));
    const failure = ended.find((e) => e.status === "rejected");
    if (failure) throw failure.reason;
    return results;
  } finally {
    for (const connection of connections) connection.close();
  }
}
