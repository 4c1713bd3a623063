import type { Diagnostic } from "@lockstep/core";
import type { LmdbPut } from "./lmdb-put.js";
import type { States } from "./states.js";

export interface ThreadData {
  readonly path: string;
  readonly project: string;
}

export interface PutOrder {
  readonly order: number;
  readonly generation: number;
  readonly states: States;
}

export type PutAnswer =
  | { readonly order: number; readonly puts: LmdbPut[]; readonly failures?: undefined }
  | { readonly order: number; readonly puts?: undefined; readonly failures: readonly Diagnostic[] };
