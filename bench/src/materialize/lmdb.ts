import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  eachState,
  type OnlineStore,
  openOnlineStore,
  packStates,
  STAMP_LENGTH,
  STAMP_OFFSET,
  type States,
} from "@lockstep/online";
import { open, type RootDatabase } from "lmdb";
import { CACHE } from "../cache.js";
import { timed } from "../measure.js";
import { PROJECT, type Source } from "./source.js";

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** What a materialization writes, commit by commit. Packed: a million objects would slow the collector for both sides. */
export type Transactions = readonly States[];

/** Ours into an empty store, in seconds. */
export function oursIntoLmdb(source: Source): Promise<number> {
  return inEmptyFolder(async (path) => {
    const store = await openOnlineStore({ kind: "lmdb", path }, PROJECT);
    const { seconds } = await timed(() => source.materialize(store));
    await store.close();
    return seconds;
  });
}

/** A bare loop over what ours wrote, into an empty database with the same settings, in seconds. */
export function rawLmdb(transactions: Transactions): Promise<number> {
  return inEmptyFolder(async (path) => {
    const db = openRaw(path);
    const ready = transactions.map(entriesOf);
    const { seconds } = await timed(() => putAll(db, ready));
    const entries = db.getCount();
    await db.close();
    const expected = transactions.reduce((sum, { count }) => sum + count, 0);
    if (entries !== expected) throw new Error(`the peer wrote ${entries} of ${expected} entries`);
    return seconds;
  });
}

const entriesOf = (states: States): Entry[] =>
  Array.from(eachState(states), ({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value) }));

async function putAll(db: RootDatabase<Buffer, Buffer>, transactions: readonly Entry[][]): Promise<void> {
  for (const entries of transactions) {
    await db.transaction(() => {
      for (const { key, value } of entries) {
        const held = db.getBinaryFast(key);
        if (held === undefined || stampOrder(held, value) <= 0) db.putSync(key, value);
      }
    });
  }
}

const END = STAMP_OFFSET + STAMP_LENGTH;
const stampOrder = (a: Buffer, b: Buffer): number => a.compare(b, STAMP_OFFSET, END, STAMP_OFFSET, END);

/**
 * Materializes once, and gives the very keys and bytes that lie in LMDB then, by the transactions that committed them
 * and in the order in which ours puts them.
 */
export function recordTransactions(source: Source): Promise<Transactions> {
  return inEmptyFolder(async (path) => {
    const store = await openOnlineStore({ kind: "lmdb", path }, PROJECT);
    const db = openRaw(path);
    const commits = new Map<number, string[]>();
    await source.materialize(
      recording(store, (keys) => {
        const { lastTxnId } = db.getStats() as { lastTxnId: number };
        commits.set(lastTxnId, [...(commits.get(lastTxnId) ?? []), ...keys.sort()]);
      }),
    );
    await store.close();
    const left = new Map([...db.getRange()].map(({ key, value }) => [latin1(key), Buffer.from(value)]));
    await db.close();
    const [[first = ""] = []] = [...commits.values()];
    const head = [...left.keys()].find((key) => key.endsWith(first))?.slice(0, -first.length) ?? "";
    const transactions = [...commits.values()].map((keys) =>
      packStates(
        keys.map((written): Entry => {
          const key = head + written;
          const value = left.get(key);
          if (!value) throw new Error("a state was written and does not lie in LMDB under its key");
          left.delete(key);
          return { key: Buffer.from(key, "latin1"), value };
        }),
      ),
    );
    const marks = [...left].map(([key, value]): Entry => ({ key: Buffer.from(key, "latin1"), value }));
    return [...transactions, packStates(marks)];
  });
}

/** Tells of the keys of each write once it is durable. */
function recording(store: OnlineStore, onWritten: (keys: string[]) => void): OnlineStore {
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== "function") return member;
      if (name !== "write") return member.bind(target);
      return async (...args: Parameters<OnlineStore["write"]>) => {
        const counts = await target.write(...args);
        onWritten(Array.from(eachState(args[1]), ({ key }) => latin1(key)));
        return counts;
      };
    },
  });
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** As the store opens it. */
export const openRaw = (path: string): RootDatabase<Buffer, Buffer> =>
  open<Buffer, Buffer>({
    path,
    noSubdir: false,
    encoding: "binary",
    keyEncoding: "binary",
    overlappingSync: false,
    eventTurnBatching: false,
  });

/** On the disk that the cache lies on: a commit waits for it. */
export async function inEmptyFolder<T>(work: (path: string) => Promise<T>): Promise<T> {
  await mkdir(CACHE, { recursive: true });
  const path = await mkdtemp(join(CACHE, "lmdb-"));
  try {
    return await work(path);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
