import type { RepoIR, ServiceIR } from "@lockstep/core";
import { type Frame, trainingFrame } from "@lockstep/offline";
import type { Marks, ParityContext } from "./context.js";
import type { Question } from "./questions.js";

export interface OfflineFrame {
  readonly frame: Frame;
  /** The rows at which an on-demand feature failed, by its name. */
  readonly failed: ReadonlyMap<string, ReadonlySet<number>>;
}

const AT = "__parity_at";

/** The compiled SQL's answers to questions, from the rows known by each view's T; null: by each question's instant. Close the frame. */
export async function offlineFrame(
  { db, sources, computations }: Pick<ParityContext, "db" | "sources" | "computations">,
  { repo, service }: { readonly repo: RepoIR; readonly service: ServiceIR },
  questions: readonly Question[],
  marks: Marks | null,
): Promise<OfflineFrame> {
  const labels = questions.flatMap(({ at, rows }) =>
    rows.map((row) => ({ [AT]: at, ...Object.fromEntries(service.inputs.map((input, i) => [input.name, row[i]])) })),
  );
  const failed = new Map<string, Set<number>>();
  const frame = await trainingFrame({ db, repo, sources, computations }, service, {
    labels,
    timestamp: AT,
    ...(marks === null ? {} : { knownBy: new Map([...marks].map(([view, { t }]) => [view, t])) }),
    statuses: true,
    onFailure: (name, row) => failed.set(name, (failed.get(name) ?? new Set()).add(row)),
  });
  return { frame, failed };
}
