import type { Marks, ParityContext } from "../context.js";
import type { RateLimit } from "../rate-limit.js";
import { givenOf } from "./given-of.js";
import { type Pushed, type PushedRows, pushedRows } from "./pushed-rows.js";

/** The rows that were pushed, as the store had them when they were last looked at. */
export interface PushedNow {
  rows(): Pushed;
  /** Looks again. */
  again(): Promise<Pushed>;
}

/** `names`: the views that are compared. */
export async function pushedNow(
  context: ParityContext & { readonly marks: Marks; readonly limit: RateLimit },
  names: readonly string[],
): Promise<PushedNow> {
  const { store, version, marks, limit } = context;
  const views = version.repo.views.filter((v) => v.push && names.includes(v.name) && marks.has(v.name));
  const look = async (): Promise<Pushed> => {
    const found = new Map<string, PushedRows>();
    for (const view of views) {
      const given = await givenOf(store, version.generations[view.name] as number, limit);
      const rows = await pushedRows(context, version.repo, view, given);
      if (rows) found.set(view.name, rows);
    }
    return found;
  };
  let known = await look();
  return {
    rows: () => known,
    again: async () => {
      known = await look();
      return known;
    },
  };
}
