import type { RegistryEvent } from "./events.js";

export interface Entry {
  /** 1, 2, 3, ... without gaps. */
  readonly sequence: number;
  readonly event: RegistryEvent;
}

/** An append-only log and the blobs that it names. Whatever can create a thing only where there is none can be one. */
export interface RegistryLog {
  /** Where it lies, for messages: a path or a URL. */
  readonly place: string;
  /** The entries after a sequence, in order. */
  read(after: number): Promise<Entry[]>;
  /** False: somebody else took that sequence. Once it is true the entry is durable. */
  append(sequence: number, event: RegistryEvent): Promise<boolean>;
  putBlob(sha256: string, bytes: Uint8Array): Promise<void>;
  getBlob(sha256: string): Promise<Uint8Array | null>;
}
