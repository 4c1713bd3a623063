import type { Redis } from "ioredis";
import type { Script } from "./scripts/script.js";
import type { Arguments } from "./words.js";

/** A command, or a script's call. */
export interface KeyCommand {
  readonly run: Script | "HDEL" | "HSCAN" | "EXISTS";
  /** The first of its keys; of several they are all in one slot, or in one process. */
  readonly key: Buffer;
  /** Keys and all; a script's begin with how many keys there are. */
  readonly args: Arguments;
}

/** How the servers behind a store are arranged, and reached. */
export interface Topology {
  /** What errors name: addresses, and never a credential. */
  readonly place: string;
  /** Whether one call may have keys of several buckets: they are all in one process. */
  readonly together: boolean;
  /**
   * One round trip for each server that is asked, all at once. Those of one first key run in the order given, and each
   * on its own: it is atomic, the list is not. Gives the replies in the order of the commands, or throws the first error.
   */
  ask(commands: readonly KeyCommand[]): Promise<readonly unknown[]>;
  /** A connection to each server that holds keys and may be written. */
  primaries(): Promise<readonly Redis[]>;
  /** Why the last attempt to connect failed; undefined while there is a connection. */
  lastError(): unknown;
  close(): Promise<void>;
}
