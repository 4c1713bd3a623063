import type { Touch } from "@lockstep/compiler";
import { type Instant, LockstepError, type SourceIR, type ViewIR } from "@lockstep/core";
import type { Mark } from "@lockstep/online";
import type { RegistryState, RunMode } from "@lockstep/registry";
import type { MaterializeContext, MaterializeOptions } from "./materialize.js";

/** What a run of a view does. */
export interface RunPlan {
  readonly mode: RunMode;
  readonly watermark: Instant;
  /** The rows whose keys are computed again; null: all. */
  readonly touch: Touch | null;
}

/**
 * An increment builds upon what the store says it was completely materialized at, where the registry knows that run to
 * have ended. Everything else is a full run.
 */
export async function planRun(
  context: MaterializeContext,
  view: ViewIR,
  generation: number,
  watermark: Instant,
  { full = false, range }: MaterializeOptions,
): Promise<RunPlan> {
  const { published } = await context.store.read([], [generation]);
  const mark = published.get(generation);
  if (range) {
    if (!mark) throw nothingToFill(view);
    return { mode: "backfill", watermark: mark.t, touch: { kind: "happened", ...range } };
  }
  const source = context.version.repo.sources.find((s) => s.name === view.source) as SourceIR;
  const wanted = !full && source.lookback !== null && mark !== undefined && mark.t <= watermark;
  if (!wanted || !isWhole(await context.registry.state(), generation, mark)) {
    return { mode: "full", watermark, touch: null };
  }
  return { mode: "incremental", watermark, touch: { kind: "known", after: mark.t - BigInt(source.lookback ?? 0) } };
}

/** The run that left the mark has done all that it had to, and nothing forgotten since may have been left by another. */
function isWhole({ runs, forgotten }: RegistryState, generation: number, mark: Mark): boolean {
  const own = runs.filter((r) => r.generation === generation);
  const base = own.find((r) => r.run === mark.run);
  if (base?.watermark !== String(mark.t)) return false;
  // An increment has nothing left to do once its mark is there; a full run still has keys to remove.
  if (base.state !== "complete" && base.mode !== "incremental") return false;
  const cleaned = own.findLast((r) => r.state === "complete" && (r.mode ?? "full") === "full")?.run ?? 0;
  const last = forgotten.at(-1)?.sequence ?? 0;
  return !own.some((r) => r.state !== "complete" && r.run < last && r.run > cleaned);
}

const nothingToFill = (view: ViewIR) =>
  new LockstepError({
    code: "NOT_MATERIALIZED",
    place: `feature view '${view.name}'`,
    what: "there is nothing to back-fill: it has no complete run in the online store",
    mend: `run \`fs materialize ${view.name}\` without a range`,
  });
