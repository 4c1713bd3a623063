import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type OnlineStore, openOnlineStore, STAMP_LENGTH, STAMP_OFFSET } from "@lockstep/online";
import { open, type RootDatabase } from "lmdb";
import { CACHE } from "../cache.js";
import { timed } from "../measure.js";
import { PROJECT, type Source } from "./source.js";

interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** What a materialization writes, transaction by transaction. */
export type Transactions = readonly (readonly Entry[])[];

/** As many transactions wait for their commit as ours lets wait. */
const IN_FLIGHT = 3;
/** A transaction of ours takes this many entries of a write, in the order of their keys. */
const ENTRIES = 20_000;

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
    const { seconds } = await timed(() => putAll(db, transactions));
    const entries = db.getCount();
    await db.close();
    const expected = transactions.reduce((sum, t) => sum + t.length, 0);
    if (entries !== expected) throw new Error(`the peer wrote ${entries} of ${expected} entries`);
    return seconds;
  });
}

async function putAll(db: RootDatabase<Buffer, Buffer>, transactions: Transactions): Promise<void> {
  const pending = new Set<Promise<unknown>>();
  for (const entries of transactions) {
    const task: Promise<unknown> = db
      .transaction(() => {
        for (const { key, value } of entries) {
          const held = db.getBinaryFast(key);
          if (held === undefined || stampOrder(held, value) <= 0) db.putSync(key, value);
        }
      })
      .finally(() => pending.delete(task));
    pending.add(task);
    while (pending.size >= IN_FLIGHT) await Promise.race(pending);
  }
  await Promise.all(pending);
}

const END = STAMP_OFFSET + STAMP_LENGTH;
const stampOrder = (a: Buffer, b: Buffer): number => a.compare(b, STAMP_OFFSET, END, STAMP_OFFSET, END);

/** Materializes once, and gives the very keys and bytes that lie in LMDB then, by the transactions that put them. */
export function recordTransactions(source: Source): Promise<Transactions> {
  return inEmptyFolder(async (path) => {
    const store = await openOnlineStore({ kind: "lmdb", path }, PROJECT);
    const batches: string[][] = [];
    await source.materialize(recording(store, (keys) => batches.push(keys.map((key) => latin1(key)))));
    await store.close();

    const db = openRaw(path);
    const left = new Map([...db.getRange()].map(({ key, value }) => [latin1(key), Buffer.from(value)]));
    await db.close();
    const [first = ""] = batches[0] ?? [];
    const head = [...left.keys()].find((key) => key.endsWith(first))?.slice(0, -first.length) ?? "";
    const transactions = batches.flatMap((keys) =>
      cut(keys.map((key) => head + key).sort()).map((batch) =>
        batch.map((key): Entry => {
          const value = left.get(key);
          if (!value) throw new Error("a state was written and does not lie in LMDB under its key");
          left.delete(key);
          return { key: Buffer.from(key, "latin1"), value };
        }),
      ),
    );
    const marks = [...left].map(([key, value]): Entry => ({ key: Buffer.from(key, "latin1"), value }));
    return [...transactions, marks];
  });
}

function recording(store: OnlineStore, onWrite: (keys: Uint8Array[]) => void): OnlineStore {
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== "function") return member;
      if (name !== "write") return member.bind(target);
      return (...args: Parameters<OnlineStore["write"]>) => {
        onWrite(args[1].map(({ key }) => key));
        return target.write(...args);
      };
    },
  });
}

const cut = (keys: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(keys.length / ENTRIES) }, (_, i) => keys.slice(i * ENTRIES, (i + 1) * ENTRIES));

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
