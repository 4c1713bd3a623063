import { compileSourceRow, isLockstepError, type StateLayout, stateLayout } from "@lockstep/core";
import type { Entry, Rejection } from "@lockstep/online";
import type { ValidRow } from "./push-schema.js";
import type { PushTarget } from "./push-targets.js";

/** What is made once for a view that rows are pushed to. */
export interface Entries {
  readonly layout: StateLayout;
  /** What a row is to the view. A key may have nulls: then the event belongs to nobody. */
  readonly entryOf: (row: ValidRow) => Entry | Rejection;
}

const made = new WeakMap<PushTarget["view"], Entries>();

export function entriesOf(target: PushTarget): Entries {
  const known = made.get(target.view);
  if (known) return known;
  const fresh = compileEntries(target);
  made.set(target.view, fresh);
  return fresh;
}

function compileEntries({ source, view }: PushTarget): Entries {
  const layout = stateLayout(view);
  const ties = layout.ledger?.ties ?? [];
  // What is pushed has instants where the source's files have local times.
  const columns = source.columns.map(({ name, type }) => ({ name, type }));
  const read = compileSourceRow({ ...source, columns }, view, layout);
  const entryOf = (row: ValidRow): Entry | Rejection => {
    const event = read(row);
    if ("unused" in event) return { code: "ROW_INVALID", reason: UNUSED[event.unused](source.name) };
    const { values, ...entry } = event;
    return { ...entry, ties: ties.map(({ column }) => values[column] ?? null) };
  };
  return {
    layout,
    entryOf: (row) => {
      try {
        return entryOf(row);
      } catch (error) {
        if (!isLockstepError(error)) throw error;
        return { code: error.code, reason: error.diagnostics[0]?.what ?? error.message };
      }
    },
  };
}

const isNull = (what: string) => (source: string) =>
  `its ${what} is null or infinite, and without it a row of '${source}' is no event`;
const UNUSED = { "no event time": isNull("event time"), "no knownAt": isNull("knownAt"), "no id": isNull("id") };

export const isEntry = (of: Entry | Rejection): of is Entry => "knownAt" in of;
