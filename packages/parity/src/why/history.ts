import { duckdb, withPushed } from "@lockstep/compiler";
import type { Value, ViewIR } from "@lockstep/core";
import type { ParityContext } from "../context.js";
import { type HistoryRow, keyHistory } from "../key-history.js";
import { identity } from "../pool.js";
import type { PushedRows } from "../pushes/pushed-rows.js";

/** All rows that have to do with a key, those too that were pushed; one that was pushed and is in the source comes once. */
export async function historyOf(
  context: ParityContext,
  view: ViewIR,
  key: readonly Value[],
  pushed: PushedRows | null,
): Promise<HistoryRow[]> {
  const own = await keyHistory(context, view, key);
  if (!pushed) return own;
  const from = { dialect: duckdb, repo: context.version.repo, relation: context.sources.relation };
  const { repo, relation } = withPushed(from, new Map([[view.name, { pushed: pushed.all, after: null }]]));
  const changed = repo.views.find((v) => v.name === view.name) as ViewIR;
  const sources = { ...context.sources, relation };
  return told(own, await keyHistory({ ...context, version: { repo }, sources }, changed, key));
}

/** Says of each of `all` rows where it is from. `own`: those of the source. */
export function told(own: readonly HistoryRow[], all: readonly HistoryRow[]): HistoryRow[] {
  const left = new Map<string, number>();
  for (const row of own) left.set(likeness(row), (left.get(likeness(row)) ?? 0) + 1);
  const inSource = new Map<string, number>();
  const out: HistoryRow[] = [];
  for (const row of all) {
    const like = likeness(row);
    const id = `${row.id} ${like}`;
    const some = left.get(like) ?? 0;
    const place = inSource.get(id);
    if (some > 0) {
      left.set(like, some - 1);
      inSource.set(id, out.push(row) - 1);
    } else if (place !== undefined) out[place] = { ...(out[place] as HistoryRow), from: "both" };
    else out.push({ ...row, from: "pushed" });
  }
  return out;
}

const likeness = ({ et, ka, own, deleted, version, inputs }: HistoryRow): string =>
  identity([et, ka, own, deleted, version, ...inputs]);
