import { Database } from "@lockstep/offline";
import type { Benchmark, BenchOptions, Figure } from "../benchmark.js";
import { memoryFigures } from "./memory.js";
import { readFigures } from "./reads.js";
import { tileFigures } from "./tile-reads.js";
import { openWide } from "./wide.js";

export const online: Benchmark = {
  name: "online",
  description: "50 float64 features of 100,000 keys in Redis: the memory they take, and reading them, beside bare GETs",
  async *run(options: BenchOptions): AsyncGenerator<Figure> {
    const db = await Database.open();
    try {
      const wide = await openWide(db, options.scale);
      yield* memoryFigures(wide, options);
      yield* readFigures(wide, options);
      yield* tileFigures(db, options);
    } finally {
      db.close();
    }
  },
};
