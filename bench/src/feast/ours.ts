// Ours in a process of its own: `ours.js EVENTS LABELS [OUT]` makes the frame as Arrow, and tells how that went. With
// OUT the frame is then written there, as Parquet.
import "@lockstep/offline"; // so that it is not loaded while the clock runs
import { openStore } from "lockstep";
import { declared } from "../frame/declarations.js";
import { timed } from "../measure.js";
import { peakMemory } from "../peak-memory.js";
import type { Made } from "./side.js";

const [events = "", labels = "", out] = process.argv.slice(2);
const { seconds, result } = await timed(async () => {
  const store = await openStore({ cwd: import.meta.dirname });
  const frame = await store.trainingFrame(declared("latest", events, "at once"), { labels, timestamp: "ts" });
  return { store, frame, table: await frame.arrow() };
});
const made: Made = { seconds, peak: peakMemory(), rows: result.table.numRows };
console.log(JSON.stringify(made));
if (out !== undefined) await result.frame.writeParquet(out);
await result.frame.close();
await result.store.close();
