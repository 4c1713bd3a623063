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
  stale: {
    explained: true,
    says: "rows became known between T and the request: the materialization lagged",
    mend: "run `fs materialize` more often, or push the rows",
  },
  late: {
    explained: true,
    says: "rows that were known by T reached the source after the run, later than `lookback` allows",
    mend: "declare a greater lookback on the source, or a knownAt that says when rows really arrive; then run a full `fs materialize`",
  },
  rewritten: {
    explained: true,
    says: "the rows that the run read are others now: the source's past was changed",
    mend: "run a full `fs materialize`; declare an id and a version where rows are corrected, so that the past stays",
  },
  "pushed only": {
    explained: true,
    says: "rows count that were pushed and never reached the source",
    mend: "write what is pushed to the source too, within its `lookback`: the next run drops the pushed rows, and no training frame has them",
  },
  redefined: {
    explained: true,
    says: "another version of the definition answered than the one that it is compared with",
    mend: "look whether every server reads this registry; train again on the version that is served",
  },
  clock: {
    explained: true,
    says: "the server's instant is not what its wall clock said",
    mend: "set the server's clock, or take the fixed `clock` out of the environment",
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
