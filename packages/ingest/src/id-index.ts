import { duckdb, entryColumns, idIndexSql } from "@lockstep/compiler";
import { type StateLayout, stateLayout, type ViewIR } from "@lockstep/core";
import type { Database } from "@lockstep/offline";
import {
  decodeIdState,
  type EntryBatch,
  eachState,
  encodeIdState,
  firstIdStates,
  type IdState,
  idKeys,
  isIntact,
  keyEncoder,
  keyOf,
  nextIdState,
  type OnlineStore,
  type Stamp,
  type StateWrite,
} from "@lockstep/online";
import type { Tombstones } from "@lockstep/push";
import { BoundedWriter } from "./bounded-writer.js";
import { entryBatch, entryOf } from "./entries.js";
import { readAtMark } from "./read-at-mark.js";
import type { RunInput } from "./run-input.js";

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
  /** Of an id's state: the entity's key that it tells of. */
  const ownerOf = ({ key, value }: StateWrite): Uint8Array => {
    const entry = decodeIdState(layout, value).held.at(-1)?.entry;
    return (entry && keyOf(view, entry)) ?? key;
  };
  const writer = new BoundedWriter(async (states) => {
    const counts = await store.write(generation, states);
    await tombstones.bury(store, generation, eachState(states), ownerOf);
    return counts;
  });
  const statesOf = await statesOfBatch(run);
  const ordered = store.ordered === true;
  const sql = idIndexSql({ dialect: duckdb, ...input, view, watermark: stamp.t, ordered });
  for await (const chunk of db.chunks(sql)) {
    const batch = entryBatch(chunk, columns);
    for (const state of await statesOf(batch, rowsOf(batch, view, tombstones))) writer.states.put(state);
    await writer.flushFull();
  }
  await writer.finish();
}

/** Those that tell of no forgotten key. */
function rowsOf({ rows, key }: EntryBatch, { entity }: ViewIR, tombstones: Tombstones): number[] {
  const all = Array.from({ length: rows }, (_, row) => row);
  if (tombstones.none()) return all;
  const keyOf = keyEncoder(entity ?? "", key);
  return all.filter((row) => {
    const of = keyOf(row);
    return of === null || !tombstones.has(of);
  });
}

type StatesOf = (batch: EntryBatch, rows: readonly number[]) => StateWrite[] | Promise<StateWrite[]>;

/** Before the first complete run nothing can be read, and no key is at an earlier stamp. */
async function statesOfBatch({ store, view, generation, stamp }: IdIndexRun): Promise<StatesOf> {
  const layout = stateLayout(view);
  const { mark } = await readAtMark(store, [], generation);
  if (!mark) {
    return (batch, rows) => {
      const [keyOf, stateOf] = [idKeys(batch.id), firstIdStates(layout, batch, stamp)];
      return rows.map((row) => ({ key: keyOf(row), value: stateOf(row) }));
    };
  }
  return async (batch, rows) => {
    const keys = rows.map(idKeys(batch.id));
    const { states } = await store.read(
      keys.map((key) => ({ key, generations: [generation] })),
      [],
    );
    return keys.map((key, i) => {
      const held = states[i]?.[0];
      const entry = entryOf(batch, rows[i] as number);
      const next = nextIdState(layout, held ? heldState(layout, held, stamp) : null, mark, stamp, entry);
      return { key, value: encodeIdState(layout, next) };
    });
  };
}

/** A damaged one tells nothing. Until the run has come to its keys, they may miss what the batch had before. */
const heldState = (layout: StateLayout, bytes: Uint8Array, stamp: Stamp): IdState =>
  isIntact(bytes) ? decodeIdState(layout, bytes) : { stamp, held: [] };
