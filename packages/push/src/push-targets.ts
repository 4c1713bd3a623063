import { didYouMean, LockstepError, type SourceIR, type ViewIR } from "@lockstep/core";
import type { RegistryState } from "@lockstep/registry";

/** A generation of a view that pushed rows of a source go to, and the declarations that it is of. */
export interface PushTarget {
  readonly source: SourceIR;
  readonly view: ViewIR;
  readonly generation: number;
}

/**
 * Of every version that is served or will be, the newest first, so that a row reaches both sides of a cut-over. Each
 * generation once.
 */
export function pushTargets({ versions, served, head }: RegistryState, name: string): PushTarget[] {
  const from = served ? versions.findIndex((v) => v.version === served.version) : 0;
  const live = versions.slice(from).reverse();
  const targets = new Map<number, PushTarget>();
  for (const { repo, generations } of live) {
    const source = repo.sources.find((s) => s.name === name);
    if (!source?.push) continue;
    for (const view of repo.views) {
      const generation = generations[view.name];
      if (view.source !== name || generation === undefined || targets.has(generation)) continue;
      targets.set(generation, { source, view, generation });
    }
  }
  if (targets.size === 0) throw noTarget(head?.repo.sources ?? null, name);
  return [...targets.values()];
}

/**
 * The generations over the source that may have rows which were pushed to them: also those that are needed no more. Until
 * there is a complete run, a changed definition takes the place of the one before at once.
 */
export function pushedGenerations({ versions, served, retired }: RegistryState, name: string): number[] {
  const from = served ? versions.findIndex((v) => v.version === served.version) : 0;
  const gone = new Set(retired.map(({ generation }) => generation));
  const found = versions.flatMap(({ repo, generations }, i) =>
    repo.views.flatMap((view) => {
      const generation = generations[view.name];
      if (view.source !== name || generation === undefined) return [];
      return i >= from || gone.has(generation) ? [generation] : [];
    }),
  );
  return [...new Set(found)];
}

/** The views over the generation's source whose first run will take over the rows that were pushed to it. */
export function heirsOf({ versions, head, runs }: RegistryState, generation: number): PushTarget[] {
  const sources = new Set(
    versions.flatMap(({ repo, generations }) =>
      repo.views.flatMap((view) => (view.push && generations[view.name] === generation ? [view.source] : [])),
    ),
  );
  const filled = new Set(runs.flatMap((run) => (run.state === "complete" ? [run.generation] : [])));
  return (head?.repo.views ?? []).flatMap((view) => {
    const own = head?.generations[view.name];
    const source = head?.repo.sources.find(({ name }) => name === view.source);
    const takesOver =
      view.push && own !== undefined && own !== generation && !filled.has(own) && sources.has(view.source);
    return takesOver && source ? [{ source, view, generation: own }] : [];
  });
}

function noTarget(sources: readonly SourceIR[] | null, name: string): LockstepError {
  const place = `source '${name}'`;
  if (sources === null) {
    return new LockstepError({
      code: "NOT_APPLIED",
      place,
      what: "nothing has been applied yet",
      mend: "run `fs apply`",
    });
  }
  const source = sources.find((s) => s.name === name);
  if (!source) {
    const names = sources.map((s) => s.name);
    return new LockstepError({
      code: "SOURCE_UNKNOWN",
      place,
      what: `the applied version has no such source${didYouMean(name, names)}`,
      mend: `choose one of ${names.join(", ")}; \`fs apply\` makes a new version`,
    });
  }
  return new LockstepError({
    code: "SOURCE_PUSH",
    place,
    what: source.push ? "no feature view reads it" : "its rows can't be pushed",
    mend: source.push
      ? "declare a view over it, and run `fs apply`"
      : "declare it with `push: true` and an `id`, run `fs apply` and `fs materialize`",
  });
}
