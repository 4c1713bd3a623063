import { LockstepError } from "@lockstep/core";

/** Refuses label columns of the name under which a frame numbers its rows. */
export function checkRowNumber(columns: readonly string[]): void {
  const clash = columns.find((c) => c.toLowerCase() === "__row");
  if (clash === undefined) return;
  throw new LockstepError({
    code: "FRAME_COLUMN_CLASH",
    place: `column '${clash}'`,
    what: "the frame numbers its rows under this name",
    mend: "rename the label's column",
  });
}
