import type { Instant, Value } from "@lockstep/core";
import type { LoggedAnswer, Stamp } from "@lockstep/online";
import type { Marks } from "../context.js";
import type { InputRow } from "../pool.js";

/** One row of a logged answer. */
export interface ServedRow {
  readonly answer: LoggedAnswer;
  readonly row: number;
  /** The instant that it should be of. */
  readonly at: Instant;
  /** It was served at another instant than that. */
  readonly clockIsWrong: boolean;
  /** The service's inputs; those that the request had no need of are null. */
  readonly input: InputRow;
}

/** How far apart a server's instant and its wall clock may be. */
const TOLERANCE = 5_000_000n;

/**
 * The instant that an answer should be of: the one asked for, or what the wall clock said, but not before any T. `clock`: where
 * it stands still.
 */
export function rightInstant({ asked, t, wall, shape }: LoggedAnswer, clock: Instant | null): Instant {
  if (asked) return t;
  const least = shape.views.reduce((most, { mark }) => (mark.t > most ? mark.t : most), clock ?? wall);
  return t - least > TOLERANCE || least - t > TOLERANCE ? least : t;
}

/** What the row's states were of. */
export function marksOfRow({ answer, row }: ServedRow): Marks {
  const marks = new Map<string, Stamp>(answer.shape.views.map(({ view, mark }) => [view, mark]));
  for (const { row: own, view, stamp } of answer.ahead) {
    const name = answer.shape.views[view]?.view;
    if (own === row && name !== undefined) marks.set(name, stamp);
  }
  return marks;
}

/** A logged answer's rows, with the inputs in the order of the service as it is declared. */
export function servedRows(
  answer: LoggedAnswer,
  inputs: readonly { readonly name: string }[],
  clock: Instant | null,
): ServedRow[] {
  const places = inputs.map(({ name }) => answer.shape.inputs.findIndex((i) => i.name === name));
  const at = rightInstant(answer, clock);
  return Array.from({ length: answer.rows }, (_, row) => ({
    answer,
    row,
    at,
    clockIsWrong: at !== answer.t,
    input: places.map((place): Value => answer.inputs[place]?.[row] ?? null),
  }));
}
