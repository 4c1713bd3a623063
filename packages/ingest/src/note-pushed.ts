import { decodeGiven, givenRows, instantOf, isWholeRow, type OnlineStore, type Stamp } from "@lockstep/online";
import type { EvidenceSettings } from "./evidence.js";

/** Notes the pushed rows that a run is about to drop: some may never have reached the source, and still have been served. */
export async function notePushed(
  { folder }: EvidenceSettings,
  store: Pick<OnlineStore, "rows">,
  generation: number,
  { t, run }: Stamp,
): Promise<void> {
  await folder.make();
  await folder.putPushed(run, dropped(store, generation, t));
}

async function* dropped(store: Pick<OnlineStore, "rows">, generation: number, t: bigint): AsyncGenerator<unknown> {
  for await (const ids of givenRows(store, generation)) {
    for (const { rows } of ids) {
      for (const row of rows) if (isWholeRow(row) && instantOf(row) <= t) yield decodeGiven(row);
    }
  }
}
