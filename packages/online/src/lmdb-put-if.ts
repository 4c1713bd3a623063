import type { PutOptions } from "lmdb";
import type { LmdbDatabase } from "./lmdb-environment.js";

/** Unless the database has the key. */
export const NEW_ONLY: PutOptions = { noOverwrite: true };
/** Unless the database has the key, or one after it, whosever that is. */
export const LAST_ONLY: PutOptions = { append: true };

/** In a transaction: whether the value was put. Its types don't say that lmdb answers. */
export const putIf = (db: LmdbDatabase, key: Buffer, value: Buffer, options: PutOptions): boolean =>
  db.putSync(key, value, options) as unknown as boolean;
