import type { Instant, NamedType, ServiceIR, Status, Value } from "@lockstep/core";
import type { AheadState, AnsweredView } from "../answer.js";

/** What many answers of a log have in common. Each block of a file tells it once, before the first of them. */
export interface LoggedShape {
  readonly service: string;
  /** The applied version that was served; null: not known. */
  readonly version: number | null;
  readonly inputs: ServiceIR["inputs"];
  readonly columns: readonly NamedType[];
  readonly views: readonly AnsweredView[];
}

/** One answer, as it was served. Lists are in the order of the shape's. */
export interface LoggedAnswer {
  readonly shape: LoggedShape;
  readonly requestId: string;
  readonly t: Instant;
  /** The request named its instant. */
  readonly asked: boolean;
  /** What the server's own clock said, in microseconds. */
  readonly wall: Instant;
  readonly rows: number;
  readonly inputs: readonly (readonly Value[])[];
  readonly columns: readonly LoggedColumn[];
  readonly errors: readonly { readonly row: number; readonly column: number; readonly code: string }[];
  readonly ahead: readonly AheadState[];
}

export interface LoggedColumn {
  readonly values: readonly Value[];
  readonly statuses: readonly Status[];
}

/** What a record begins with. */
export const RECORD = { shape: 1, answer: 2, dropped: 3 } as const;

/** In this order in a record. */
export const STATUSES: readonly Status[] = ["PRESENT", "NULL", "MISSING", "EXPIRED"];
/** Added to a status whose value follows. */
export const HAS_VALUE = 8;
export const ALL_PRESENT = 1;
export const SOME_ARE_NOT = 0;
