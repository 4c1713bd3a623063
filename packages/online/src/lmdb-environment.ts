import { join, resolve } from "node:path";
import { open, type RootDatabase } from "lmdb";
import { checkLmdbFile } from "./lmdb-file.js";

export type LmdbDatabase = RootDatabase<Buffer, Buffer>;

export interface LmdbEnvironment {
  readonly path: string;
  readonly db: LmdbDatabase;
}

interface Shared extends LmdbEnvironment {
  users: number;
}

const shared = new Map<string, Shared>();
const closing = new Map<string, Promise<void>>();

/**
 * The environment at the path, one a process: opening a second one while the first is writing would block this thread
 * on a lock that only this thread can release. Other processes have their own.
 */
export async function acquireLmdb(folder: string): Promise<LmdbEnvironment> {
  const path = resolve(folder);
  await checkLmdbFile(join(path, "data.mdb"));
  while (closing.has(path)) await closing.get(path);
  const environment = shared.get(path) ?? { path, db: openDatabase(path), users: 0 };
  environment.users++;
  shared.set(path, environment);
  return environment;
}

export async function releaseLmdb({ path, db }: LmdbEnvironment): Promise<void> {
  const environment = shared.get(path);
  if (environment === undefined || --environment.users > 0) return;
  shared.delete(path);
  const closed = db.close().finally(() => closing.delete(path));
  closing.set(path, closed);
  await closed;
}

/**
 * Without overlappingSync a commit is on the disk when its transaction resolves, in the order of the transactions.
 * Without eventTurnBatching a failed commit rejects one promise, the transaction's own, and none that nobody awaits.
 */
const openDatabase = (path: string): LmdbDatabase =>
  open<Buffer, Buffer>({
    path,
    noSubdir: false,
    encoding: "binary",
    keyEncoding: "binary",
    overlappingSync: false,
    eventTurnBatching: false,
  });
