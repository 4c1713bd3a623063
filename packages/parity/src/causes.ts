/** Why a value differs. A new cause is a new row. */
export const CAUSES = {
  corrupt: {
    explained: false,
    says: "the stored bytes fail their checksum",
    mend: "run a full `fs materialize` of the view, and look for what damages the store",
  },
  "wrong state": {
    explained: false,
    says: "a fresh build at the same T gives another value than the stored state",
    mend: "run a full `fs materialize` of the view; if it comes back, look at what writes the store or the source",
  },
  unknown: {
    explained: false,
    says: "the evidence decides nothing",
    mend: "send the reproduction file with a report",
  },
  "lossy type": {
    explained: true,
    says: "the stored value is the right one rounded to a narrower type",
    mend: "look for what wrote it: nothing of Lockstep's own rounds",
  },
  forgotten: {
    explained: true,
    says: "the key was forgotten, and its rows are still in the source",
    mend: "remove its rows from the source too",
  },
} as const satisfies Record<string, CauseRow>;

interface CauseRow {
  /** It may be within what is allowed. */
  readonly explained: boolean;
  readonly says: string;
  readonly mend: string;
}

export type Cause = keyof typeof CAUSES;

export const causeNames = Object.keys(CAUSES) as readonly Cause[];
