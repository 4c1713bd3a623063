import type { Instant } from "@lockstep/core";
import { formatInstant, LockstepError } from "@lockstep/core";
import { checkSources, type Database, type Sources } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import type { AppliedVersion, Registry } from "@lockstep/registry";
import { materializeView } from "./materialize-view.js";

export interface MaterializeOptions {
  /** Default: every view of the applied version. */
  readonly views?: readonly string[];
  /** T: the values are as of what was known by then. Default: now. */
  readonly watermark?: Instant;
  /** Says what would be written and writes nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: (progress: MaterializeProgress) => void;
}

export interface MaterializeProgress {
  readonly view: string;
  readonly phase: "reading" | "writing" | "publishing" | "done";
  /** Keys written so far. */
  readonly keys: number;
  /** Keys in all, once known. */
  readonly total: number | null;
  readonly keysPerSecond: number;
}

export interface MaterializeResult {
  readonly view: string;
  readonly generation: number;
  /** Null in a dry run. */
  readonly run: number | null;
  readonly watermark: Instant;
  readonly keys: number;
  /** Keys whose state in the store was of a newer run and stayed. */
  readonly kept: number;
  /** Keys that are gone from the source. */
  readonly removed: number;
  readonly bytes: number;
  /** Rows of the source, and those of them that are no event or belong to nobody, by reason. */
  readonly rows: number;
  readonly unused: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface MaterializeContext {
  readonly db: Database;
  readonly version: AppliedVersion;
  readonly sources: Sources;
  readonly store: OnlineStore;
  readonly registry: Registry;
  readonly now: Instant;
}

/** Full materialization: recomputes every key of each view at a watermark and replaces its state whole. */
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
  const views = options.views ?? version.repo.views.map((v) => v.name);
  const results: MaterializeResult[] = [];
  for (const name of views) {
    const view = version.repo.views.find((v) => v.name === name);
    if (!view) {
      throw new LockstepError({
        code: "VIEW_UNKNOWN",
        place: `'${name}'`,
        what: `version ${version.version} has no such feature view`,
        mend: `it has ${version.repo.views.map((v) => v.name).join(", ")}; \`fs apply\` makes a new version`,
      });
    }
    const source = version.repo.sources.find((s) => s.name === view.source);
    const sources = await checkSources(context.db, context.sources, source ? [source] : []);
    results.push(await materializeView({ ...context, sources }, view, watermark, options));
  }
  return results;
}
