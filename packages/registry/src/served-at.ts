import type { AppliedVersion, RegistryState, Run } from "./registry.js";
import { cutOver } from "./served.js";

type Known = Pick<RegistryState, "versions" | "runs">;

interface Since {
  readonly at: string;
  readonly served: AppliedVersion | null;
}

const timelines = new WeakMap<Known, readonly Since[]>();

/** What was served at an instant of the wall clock, in ISO 8601; null: nothing yet. */
export function servedAt(state: Known, at: string): AppliedVersion | null {
  const known = timelines.get(state);
  const timeline = known ?? timelineOf(state);
  if (!known) timelines.set(state, timeline);
  return timeline.findLast((since) => since.at <= at)?.served ?? null;
}

/** From when on what was served: an entry for each change. */
function timelineOf({ versions, runs }: Known): Since[] {
  const events = [
    ...versions.map((version) => ({ at: version.appliedAt, version, run: null })),
    ...runs.flatMap((run) =>
      run.state === "complete" && run.finishedAt !== undefined ? [{ at: run.finishedAt, version: null, run }] : [],
    ),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const applied: AppliedVersion[] = [];
  const ended: Run[] = [];
  const timeline: Since[] = [];
  let serving: Parameters<typeof cutOver>[0] = { served: null, retired: [] };
  for (const { at, version, run } of events) {
    if (version) applied.push(version);
    if (run) ended.push(run);
    const next = cutOver(serving, applied, ended, at);
    if (next.served !== serving.served) timeline.push({ at, served: next.served });
    serving = next;
  }
  return timeline;
}
