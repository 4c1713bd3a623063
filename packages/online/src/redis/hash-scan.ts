import { plainCommand } from "./calls.js";
import type { Script } from "./scripts/script.js";
import type { KeyCommand, Topology } from "./topology.js";
import { type Word, Words } from "./words.js";

/** How many hashes a round trip goes through, and how many fields of each it looks at: a millisecond or two. */
const HASHES_A_TRIP = 64;
const FIELDS_A_CALL = 100;

export interface Scanned {
  /** Which of the hashes. */
  readonly index: number;
  /** What was answered, after the next cursor. */
  readonly found: readonly unknown[];
}

/** Goes through the fields of hashes that match a pattern, with HSCAN or a script that does that inside: both answer with a cursor first. */
export async function* scanHashes(
  servers: Pick<Topology, "ask">,
  hashes: readonly Buffer[],
  run: Script | "HSCAN",
  pattern: string,
  more: readonly Word[] = [],
): AsyncGenerator<readonly Scanned[]> {
  let next = 0;
  let trip: { readonly index: number; readonly cursor: string }[] = [];
  for (;;) {
    while (trip.length < HASHES_A_TRIP && next < hashes.length) trip.push({ index: next++, cursor: "0" });
    if (trip.length === 0) return;
    const replies = await servers.ask(
      trip.map(({ index, cursor }) => {
        const hash = hashes[index] as Buffer;
        if (run === "HSCAN") return plainCommand(run, [hash], [cursor, "MATCH", pattern, "COUNT", FIELDS_A_CALL]);
        return onHash(run, hash, [cursor, FIELDS_A_CALL, pattern, ...more]);
      }),
    );
    const scanned: Scanned[] = [];
    const left: typeof trip = [];
    for (const [i, { index }] of trip.entries()) {
      const [cursor, ...found] = replies[i] as [Buffer, ...unknown[]];
      scanned.push({ index, found });
      if (cursor.toString() !== "0") left.push({ index, cursor: cursor.toString() });
    }
    yield scanned;
    trip = left;
  }
}

function onHash(run: Script, hash: Buffer, args: readonly Word[]): KeyCommand {
  const words = new Words().add(1).add(hash);
  for (const arg of args) words.add(arg);
  return { run, key: hash, args: words.end() };
}
