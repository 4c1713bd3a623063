import { duckdb, withoutRows } from "@lockstep/compiler";
import type { ViewIR } from "@lockstep/core";
import type { Marks, ParityContext } from "../context.js";
import type { Pushed } from "../pushes/pushed-rows.js";
import { recomputePushed } from "../pushes/recompute-pushed.js";
import type { Asked, Recomputation } from "../recompute.js";
import type { Subject, SubjectView } from "../subject.js";
import type { KeyEvidence } from "./key-evidence.js";

/** The values, with all that was pushed, as if the rows that came since the runs had not come; null: none has. */
export async function withoutLate(
  context: ParityContext,
  subject: Subject,
  rows: readonly Asked[],
  marks: Marks,
  evidence: ReadonlyMap<SubjectView, readonly KeyEvidence[]>,
  pushed: Pushed,
): Promise<Recomputation | null> {
  let changed: Pick<Parameters<typeof withoutRows>[0], "repo" | "relation"> = {
    repo: subject.widened.repo,
    relation: context.sources.relation,
  };
  const done = new Set<string>();
  for (const [{ view }, each] of evidence) {
    const hashes = each.flatMap((e) => (e.is === "grown" ? e.hashes : []));
    // Views of one source that read other columns hash other things: the first tells which rows are late.
    if (hashes.length === 0 || done.has(view.source)) continue;
    done.add(view.source);
    changed = withoutRows({ dialect: duckdb, view: viewNamed(subject, view.name), ...changed }, [...new Set(hashes)]);
  }
  if (done.size === 0) return null;
  const sources = { ...context.sources, relation: changed.relation };
  const widened = { ...subject.widened, repo: changed.repo };
  return recomputePushed({ ...context, sources }, { ...subject, widened }, rows, marks, pushed, "all");
}

const viewNamed = ({ repo }: Subject, name: string): ViewIR => repo.views.find((v) => v.name === name) as ViewIR;
