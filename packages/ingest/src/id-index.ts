import { duckdb, entryColumns, idIndexSql } from "@lockstep/compiler";
import { stateLayout, type ViewIR } from "@lockstep/core";
import type { Database } from "@lockstep/offline";
import {
  decodeIdState,
  type Entry,
  encodeIdState,
  idKey,
  keyOf,
  nextIdState,
  type OnlineStore,
  type Stamp,
} from "@lockstep/online";
import { BoundedWriter } from "./bounded-writer.js";
import { entriesOf } from "./entries.js";
import type { RunInput } from "./run-input.js";
import type { Tombstones } from "./tombstones.js";

export interface IdIndexRun {
  readonly db: Database;
  readonly store: OnlineStore;
  readonly tombstones: Tombstones;
  readonly view: ViewIR;
  readonly generation: number;
  readonly input: Pick<RunInput, "repo" | "relation">;
  readonly stamp: Stamp;
}

/** Writes what the batch has of each id that a run meets, so that a push knows which version it takes the place of. */
export async function writeIdIndex(run: IdIndexRun): Promise<void> {
  const { db, store, tombstones, view, generation, input, stamp } = run;
  const layout = stateLayout(view);
  const columns = entryColumns(view);
  const { published } = await store.read([], [generation]);
  const mark = published.get(generation);
  const writer = new BoundedWriter(async (states) => {
    const counts = await store.write(generation, states);
    await tombstones.bury(store, generation, states);
    return counts;
  });
  const sql = idIndexSql({ dialect: duckdb, ...input, view, watermark: stamp.t });
  for await (const chunk of db.chunks(sql)) {
    const found = (entriesOf(chunk, columns, 0, false) as Entry[]).flatMap((entry) => {
      const of = keyOf(view, entry);
      return of && tombstones.has(of) ? [] : [{ entry, of, key: idKey(layout, entry.id) }];
    });
    // Before the first complete run nothing can be read, and no key is at an earlier stamp.
    const before = mark
      ? (
          await store.read(
            found.map(({ key }) => ({ key, generations: [generation] })),
            [],
          )
        ).states
      : [];
    const states = found.map(({ entry, of, key }, i) => {
      const held = before[i]?.[0];
      const next = nextIdState(layout, held ? decodeIdState(layout, held) : null, mark, stamp, entry);
      return { key, value: encodeIdState(layout, next), ...(of ? { of } : {}) };
    });
    await writer.add(states);
  }
  await writer.finish();
}
