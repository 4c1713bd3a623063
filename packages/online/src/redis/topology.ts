import type { Redis } from "ioredis";
import type { SCRIPTS } from "./scripts.js";

export type Argument = string | number | Buffer;

/** A command or a script on one key, by the name of ioredis's method. */
export interface KeyCommand {
  readonly method: "hmgetBuffer" | "hdel" | keyof typeof SCRIPTS;
  readonly key: Buffer;
  readonly args: readonly Argument[];
}

/** How the servers behind a store are arranged, and reached. */
export interface Topology {
  /** What errors name: addresses, and never a credential. */
  readonly place: string;
  /**
   * One round trip for each server that is asked, all at once. Those of one key run in the order given, and each on
   * its own: it is atomic, the list is not. Gives the replies in the order of the commands, or throws the first error.
   */
  ask(commands: readonly KeyCommand[]): Promise<readonly unknown[]>;
  /** A connection to each server that holds keys and may be written. */
  primaries(): Promise<readonly Redis[]>;
  /** Why the last attempt to connect failed; undefined while there is a connection. */
  lastError(): unknown;
  close(): Promise<void>;
}
