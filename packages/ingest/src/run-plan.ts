import type { Touch } from "@lockstep/compiler";
import { type Instant, LockstepError, type SourceIR, type ViewIR } from "@lockstep/core";
import { compareStamps, type Mark, type Stamp, storeRolledBack } from "@lockstep/online";
import type { RegistryState, Run } from "@lockstep/registry";
import type { MaterializeContext, MaterializeOptions } from "./materialize.js";
import { readAtMark } from "./read-at-mark.js";

/** What a run of a view does. */
export type RunPlan = { readonly watermark: Instant } & (
  | { readonly mode: "full"; readonly touch: null }
  | {
      readonly mode: "incremental" | "backfill";
      /** The rows whose keys are computed again. */
      readonly touch: Touch;
      /** The run whose states all other keys keep. */
      readonly previous: Stamp;
    }
);

/**
 * An increment builds upon what the store says it was completely materialized at, where the registry knows that run to
 * have ended, and no later one that the store, or a shard of it, has lost. Everything else is a full run.
 */
export async function planRun(
  context: MaterializeContext,
  view: ViewIR,
  generation: number,
  asked: Instant,
  { full = false, range, watermark: given }: MaterializeOptions,
): Promise<RunPlan> {
  const { mark } = await readAtMark(context.store, [], generation);
  const state = await context.registry.state();
  if (range) {
    if (!mark) throw nothingToFill(view);
    if (isBehind(state, generation, mark)) throw storeRolledBack(`feature view '${view.name}'`);
    return { mode: "backfill", watermark: mark.t, touch: { kind: "happened", ...range }, previous: mark };
  }
  const source = context.version.repo.sources.find((s) => s.name === view.source) as SourceIR;
  const watermark = given === undefined && source.push ? settled(asked, source, mark) : asked;
  const wanted = !full && source.lookback !== null && mark !== undefined && mark.t <= watermark;
  if (!wanted || isBehind(state, generation, mark) || !isWhole(state, generation, mark)) {
    return { mode: "full", watermark, touch: null };
  }
  const after = mark.t - BigInt(source.lookback ?? 0);
  return { mode: "incremental", watermark, touch: { kind: "known", after }, previous: mark };
}

/**
 * By then all rows are in the source, so that no pushed row is dropped of which the source does not speak yet. Never
 * before the T that the store is at.
 */
function settled(now: Instant, { lookback }: SourceIR, mark: Mark | undefined): Instant {
  const t = now - BigInt(lookback ?? 0);
  return mark && mark.t > t && mark.t <= now ? mark.t : t;
}

const isFull = ({ mode = "full" }: Run): boolean => mode === "full";
const stampOf = ({ run, watermark }: Run): Stamp => ({ t: BigInt(watermark), run });

/**
 * True where a run that the registry knows to be complete has left no mark, or no floor where there is one: some of the
 * store has come back as it was before, maybe with keys that the run had removed.
 */
const isBehind = ({ runs }: RegistryState, generation: number, mark: Mark): boolean =>
  runs.some((r) => {
    if (r.generation !== generation || r.state !== "complete") return false;
    return compareStamps((isFull(r) && mark.floor) || mark, stampOf(r)) < 0;
  });

/** The runs that left the mark have done all that they had to, and nothing forgotten since may have been left by another. */
function isWhole({ runs, forgotten }: RegistryState, generation: number, mark: Mark): boolean {
  const own = runs.filter((r) => r.generation === generation);
  const left = [mark, ...(mark.floor ? [mark.floor] : [])];
  if (!left.every((stamp) => own.some((r) => compareStamps(stampOf(r), stamp) === 0 && hasDone(r)))) return false;
  const cleaned = own.findLast((r) => r.state === "complete" && isFull(r))?.run ?? 0;
  const last = forgotten.at(-1)?.sequence ?? 0;
  return !own.some((r) => r.state !== "complete" && r.run < last && r.run > cleaned);
}

/** Once its mark is there, a full run still has keys to remove, and others have nothing left to do. */
const hasDone = (run: Run): boolean => run.state === "complete" || !isFull(run);

const nothingToFill = (view: ViewIR) =>
  new LockstepError({
    code: "NOT_MATERIALIZED",
    place: `feature view '${view.name}'`,
    what: "there is nothing to back-fill: it has no complete run in the online store",
    mend: `run \`fs materialize ${view.name}\` without a range`,
  });
