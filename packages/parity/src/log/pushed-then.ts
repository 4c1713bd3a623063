import type { ViewIR } from "@lockstep/core";
import type { Marks } from "../context.js";
import { givenOf } from "../pushes/given-of.js";
import { type Pushed, type PushedRows, pushedRows } from "../pushes/pushed-rows.js";
import { rateLimit } from "../rate-limit.js";
import type { Subject } from "../subject.js";
import type { LogContext } from "./log-context.js";

/**
 * The rows that were pushed and counted after these marks, as far as it is still known: those that lie in the store, and
 * those that later runs dropped and noted.
 */
export async function pushedThen(context: LogContext, { members }: Subject, marks: Marks): Promise<Pushed> {
  const found = new Map<string, PushedRows>();
  for (const { view } of members) {
    const mark = marks.get(view.name);
    if (!view.push || !mark || found.has(view.name)) continue;
    const rows = await pushedRows(context, context.version.repo, view, await given(context, view, mark.t));
    if (rows) found.set(view.name, rows);
  }
  return found;
}

const UNLIMITED = rateLimit(null);

/** A view that was not behind may have dropped what another one over the same source still had. */
async function given(
  { store, state, version, evidence, limit = UNLIMITED }: LogContext,
  view: ViewIR,
  t: bigint,
): Promise<unknown[]> {
  const views = new Set(version.repo.views.filter((v) => v.source === view.source).map((v) => v.name));
  const out: unknown[] = [];
  for (const name of views) {
    const generation = version.generations[name];
    if (generation !== undefined) out.push(...(await givenOf(store, generation, limit)));
  }
  for (const run of state.runs) {
    if (run.state !== "complete" || !views.has(run.view) || BigInt(run.watermark) <= t) continue;
    for await (const row of evidence.pushed(run.run)) out.push(row);
  }
  return out;
}
