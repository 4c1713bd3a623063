import { Database } from "@lockstep/offline";
import fc from "fast-check";
import { edgeAsks } from "../property/edges.js";
import { frameDifferences } from "../property/frame-differences.js";
import { cases } from "../property/model.js";
import { onlineDifferences } from "../property/online-differences.js";
import { lmdbFolder } from "../support/lmdb-folder.js";

/** Always the same cases, so that what kills a mutation today kills it tomorrow. */
const SEED = 20010301;
const CASES = 250;
const LABELS = 60;
const READS = 12;

/** What the first difference is, or null where frames and online answers agree with the oracle on every case. */
async function trial(): Promise<{ by: string; what: string } | null> {
  const db = await Database.open({ threads: 1 });
  const { store, end } = await lmdbFolder();
  try {
    let number = 0;
    for (const c of fc.sample(cases, { seed: SEED, numRuns: CASES })) {
      number++;
      const edges = edgeAsks(c, LABELS);
      const ways = {
        frames: () => frameDifferences(db, c, [...c.asks, ...edges, ...edges.slice(0, 2)]),
        online: () => onlineDifferences(db, store, c, [...c.asks, ...edges.slice(0, READS)]),
      };
      for (const [way, compare] of Object.entries(ways)) {
        const by = `${way}, case ${number}`;
        try {
          const [first] = (await compare()).differences;
          if (first !== undefined) return { by, what: first };
        } catch (error) {
          return { by, what: `throws ${error instanceof Error ? error.message : String(error)}` };
        }
      }
    }
    return null;
  } finally {
    db.close();
    await end();
  }
}

console.log(JSON.stringify(await trial()));
process.exit(0);
