import type { RepoIR, Status } from "@lockstep/core";
import type { Answer } from "@lockstep/online";
import type { Metrics, StatusCounts } from "./metrics.js";

/** Each column's view, or on-demand feature, by service and column. */
export type ColumnOwners = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function columnOwners(repo: RepoIR): ColumnOwners {
  return new Map(
    repo.services.map((service) => [
      service.name,
      new Map(
        service.members.flatMap((member) =>
          member.kind === "view"
            ? member.features.flatMap((f) => (f.column === null ? [] : [[f.column, member.view] as const]))
            : member.outputs.map((o) => [o.column, member.onDemand] as const),
        ),
      ),
    ]),
  );
}

/** Counts an answer's values by view and status. */
export function countValues(answer: Answer, owners: ReadonlyMap<string, string>, metrics: Metrics): void {
  const counts = new Map<string, Record<Status, number>>();
  let last: string | undefined;
  let of: Record<Status, number> = { PRESENT: 0, MISSING: 0, EXPIRED: 0, NULL: 0 };
  for (const { name, statuses } of answer.columns) {
    const view = owners.get(name) ?? "";
    // Those of a view mostly come one after another.
    if (view !== last) {
      of = counts.get(view) ?? { PRESENT: 0, MISSING: 0, EXPIRED: 0, NULL: 0 };
      counts.set(view, of);
      last = view;
    }
    let present = 0;
    for (const status of statuses) {
      if (status === "PRESENT") present++;
      else of[status]++;
    }
    of.PRESENT += present;
  }
  for (const [view, of] of counts) metrics.values(view, of satisfies StatusCounts);
}
