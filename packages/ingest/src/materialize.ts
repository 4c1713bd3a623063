import type { Instant } from "@lockstep/core";
import { formatInstant, LockstepError } from "@lockstep/core";
import { checkSources, type Database, type Sources } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import type { AppliedVersion, Registry, RunMode } from "@lockstep/registry";
import type { DamagedRows } from "./damaged-rows.js";
import { eachOnConnections } from "./each-view.js";
import type { EvidenceSettings } from "./evidence.js";
import { materializeView } from "./materialize-view.js";

export interface MaterializeOptions {
  /** Default: every view of the applied version. */
  readonly views?: readonly string[];
  /** T: the values are as of what was known by then. Default: now; less lookback where rows may be pushed. */
  readonly watermark?: Instant;
  /** A full run, also where an incremental one would do. */
  readonly full?: boolean;
  /** Computes again, at the T that the store is at, the keys with rows that happened from the one on and before the other. */
  readonly range?: { readonly from: Instant; readonly to: Instant };
  /** How many views at once, at most, where the context can connect. Default: 2. */
  readonly parallel?: number;
  /** Says what would be written and writes nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: MaterializeProgress) => void;
}

export interface MaterializeProgress {
  readonly view: string;
  readonly phase: "reading" | "writing" | "publishing" | "done";
  /** Keys written so far. */
  readonly keys: number;
  /** Keys in all, once known; in a full run as many as in the one before, or in the first about as many as there are. */
  readonly total: number | null;
  readonly keysPerSecond: number;
}

export interface MaterializeResult {
  readonly view: string;
  readonly generation: number;
  /** Null in a dry run. */
  readonly run: number | null;
  readonly mode: RunMode;
  readonly watermark: Instant;
  readonly keys: number;
  /** Keys whose state in the store was of a newer run and stayed. */
  readonly kept: number;
  /** Keys that are gone from the source. */
  readonly removed: number;
  readonly bytes: number;
  /** Rows of the source, or those that a run met which is not full, and those of them that are no event or belong to nobody, by reason. */
  readonly rows: number;
  readonly unused: Readonly<Record<string, number>>;
  /** Pushed rows whose bytes in the online store were damaged. */
  readonly damaged: readonly DamagedRows[];
  readonly seconds: number;
}

export interface MaterializeContext {
  readonly db: Database;
  /** Another connection to where the sources' rows are. Absent: one view after another. */
  readonly connect?: () => Promise<Database>;
  readonly version: AppliedVersion;
  readonly sources: Sources;
  readonly store: OnlineStore;
  readonly registry: Registry;
  readonly now: Instant;
  /** Where it is noted what a run has read. Absent: it is not. */
  readonly evidence?: EvidenceSettings;
}

/**
 * Recomputes keys of each view at a watermark and replaces their states whole: every key, or where the source says how
 * late rows may arrive, those of rows that were not yet there at the last complete run.
 */
export async function materialize(
  context: MaterializeContext,
  options: MaterializeOptions = {},
): Promise<MaterializeResult[]> {
  const { version, now } = context;
  const watermark = options.watermark ?? now;
  if (watermark > now) {
    throw new LockstepError({
      code: "WATERMARK_FUTURE",
      place: formatInstant(watermark),
      what: `the watermark lies after now, ${formatInstant(now)}`,
      mend: "what will be known then is not known yet: give an instant up to now, or set the environment's clock",
    });
  }
  checkRange(options);
  const names = options.views ?? version.repo.views.map((v) => v.name);
  const views = names.map((name) => {
    const view = version.repo.views.find((v) => v.name === name);
    if (!view) {
      throw new LockstepError({
        code: "VIEW_UNKNOWN",
        place: `'${name}'`,
        what: `version ${version.version} has no such feature view`,
        mend: `it has ${version.repo.views.map((v) => v.name).join(", ")}; \`fs apply\` makes a new version`,
      });
    }
    return view;
  });
  return eachOnConnections(context, views, options.parallel ?? PARALLEL, async (view, db) => {
    const source = version.repo.sources.find((s) => s.name === view.source);
    const sources = await checkSources(db, context.sources, source ? [source] : []);
    return materializeView({ ...context, db, sources }, view, watermark, options);
  });
}

/** While one view's states are written, another's are computed. */
const PARALLEL = 2;

function checkRange({ range, full, watermark }: MaterializeOptions): void {
  if (!range) return;
  const place = `${formatInstant(range.from)} to ${formatInstant(range.to)}`;
  if (full || watermark !== undefined) {
    throw new LockstepError({
      code: "RANGE_INVALID",
      place,
      what: "a back-fill is no full run, and has no T of its own: it computes keys at the T that the store is at",
      mend: "leave out the range, or the others",
    });
  }
  if (range.from >= range.to) {
    throw new LockstepError({
      code: "RANGE_INVALID",
      place,
      what: "no instant lies in it",
      mend: "it goes from the first up to before the second",
    });
  }
}
