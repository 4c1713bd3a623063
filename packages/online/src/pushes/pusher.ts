import type { PushAnswer, SourceIR } from "@lockstep/core";

export type { PushAnswer, Rejection } from "@lockstep/core";

export interface Pusher {
  /** Puts rows into every view over a source. An answer for each, in their order; bad ones don't hold up the others. */
  push(source: SourceIR["name"], rows: readonly unknown[]): Promise<readonly PushAnswer[]>;
}
