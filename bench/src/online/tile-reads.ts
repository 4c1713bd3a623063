import type { Database } from "@lockstep/offline";
import { createReader } from "@lockstep/online";
import { type BenchOptions, type Figure, figure } from "../benchmark.js";
import { alternate, type Sample, timed } from "../measure.js";
import { openLoaded, RECOMMENDED } from "./loaded.js";
import { EVENTS_PER_KEY, openTiles, type Tiles } from "./tiles.js";

const KEYS_A_READ = 100;
const READS = 300;

/** A window over many events of each key, beside the latest of them: how many bytes are read for it, and how long that takes. */
export async function* tileFigures(db: Database, { scale, rounds, progress }: BenchOptions): AsyncGenerator<Figure> {
  const tiles = await openTiles(db, scale);
  progress(`a 30-day sawtooth over ${EVENTS_PER_KEY} events of each of ${tiles.keys} keys`);
  const { store, stop } = await openLoaded(RECOMMENDED);
  try {
    await tiles.materialize(store);
    const reader = createReader({ store, serving: () => tiles.serving, now: () => tiles.at });
    const rate = async (service: string): Promise<Sample & { rate: number }> => {
      const { seconds } = await timed(async () => {
        for (let i = 0; i < READS; i++) {
          const { columns } = await reader.read(service, someRows(tiles));
          if (columns[0]?.statuses.some((status) => status !== "PRESENT")) throw new Error("a value is not there");
        }
      });
      return { rate: (READS * KEYS_A_READ) / seconds };
    };
    const { windows, rows } = await alternate(
      { windows: () => rate("windows"), rows: () => rate("rows") },
      { rounds, warmUps: 1, progress: (text) => progress(`  ${text}`) },
    );
    const name = `30-day sawtooth over ${EVENTS_PER_KEY} events`;
    yield figure(`${name}; peer: a row feature`, "keys/s", windows.rate, rows.rate);
  } finally {
    await stop();
  }
}

const someRows = ({ keys }: Tiles): { k: bigint }[] =>
  Array.from({ length: KEYS_A_READ }, () => ({ k: BigInt(Math.floor(Math.random() * keys)) }));
