import { checkSources } from "@lockstep/offline";
import { createReader, type Stamp } from "@lockstep/online";
import type { Found } from "../compare.js";
import type { Marks } from "../context.js";
import { memoryStates } from "../memory-states.js";
import type { Counting, Pushed } from "../pushes/pushed-rows.js";
import { recomputePushed } from "../pushes/recompute-pushed.js";
import { type Asked, type Recomputation, type Recomputed, recompute } from "../recompute.js";
import { type Subject, serviceSubject } from "../subject.js";
import type { ServedGroup } from "./judge-served.js";
import type { LogContext } from "./log-context.js";
import type { ServedRow } from "./served-row.js";

/** For each column of the subject a value a row; null where a hypothesis has no such column. */
export type Values = Recomputation | readonly (readonly Recomputed[] | null)[];

/** What a value would be under each hypothesis. */
export interface Hypotheses {
  /** Known by T, and by the right instant. */
  readonly byT: Recomputation;
  readonly byAt: Recomputation;
  /** The same at the instant that was served. */
  readonly clock: readonly Recomputation[];
  /** By the definition that answered. */
  readonly redefined: readonly Values[];
  /** By the right instant, by the definitions of other versions: what a frame may have been made from. */
  readonly others: readonly { readonly version: number; readonly of: Values }[];
  /** Known by T, and what was pushed since; null: nothing was pushed. */
  readonly pushed: { readonly reached: Recomputation; readonly all: Recomputation } | null;
  /** Of a key without rows. */
  readonly nothing: readonly (readonly Found[])[];
}

export async function hypothesesOf(
  context: LogContext,
  group: ServedGroup,
  rows: readonly ServedRow[],
  marks: Marks,
  pushed: Pushed,
): Promise<Omit<Hypotheses, "others">> {
  const { subject } = group;
  const served = rows.map(({ answer, input }) => ({ at: answer.t, input }));
  const another = group.answered.version !== context.version.version;
  const withPushed = (which: Counting) => recomputePushed(context, subject, rows, marks, pushed, which);
  return {
    byT: await recompute(context, subject, rows, marks),
    byAt: await recompute(context, subject, rows, null),
    clock: rows.some((r) => r.clockIsWrong)
      ? [await recompute(context, subject, served, marks), await recompute(context, subject, served, null)]
      : [],
    redefined: another ? await byAnswered(context, group, rows, marks) : [],
    pushed: pushed.size === 0 ? null : { reached: await withPushed("reached"), all: await withPushed("all") },
    nothing: await ofNothing(context, subject, rows, marks),
  };
}

/** The values by the version that answered, for the subject's columns that it has. */
async function byAnswered(
  context: LogContext,
  { subject, answered }: ServedGroup,
  rows: readonly ServedRow[],
  marks: Marks,
) {
  const service = answered.repo.services.find((s) => s.name === subject.name);
  if (!service) return [];
  const own = serviceSubject(answered.repo, service);
  const asked = rows.map(({ answer, row, at }) => ({
    at,
    input: service.inputs.map(
      ({ name }) => answer.inputs[answer.shape.inputs.findIndex((i) => i.name === name)]?.[row] ?? null,
    ),
  }));
  const sources = await checkSources(context.db, context.sources, answered.repo.sources);
  const by = { ...context, sources, computations: await context.computationsOf(answered) };
  const both = [await recompute(by, own, asked, marks), await recompute(by, own, asked, null)];
  const places = subject.columns.map(({ name }) => own.columns.findIndex((c) => c.name === name));
  return both.map((of) => places.map((place) => of[place] ?? null));
}

/** How many versions back a frame's definition is looked for. */
const VERSIONS_BACK = 5;

export async function byOthers(context: LogContext, group: ServedGroup, rows: readonly ServedRow[], marks: Marks) {
  const others = context.state.versions.filter((v) => v.version !== context.version.version).slice(-VERSIONS_BACK);
  const out: { version: number; of: Values }[] = [];
  for (const answered of others.reverse()) {
    const [, of] = await byAnswered(context, { ...group, answered }, rows, marks);
    if (of) out.push({ version: answered.version, of });
  }
  return out;
}

/** What is answered for keys that have no state. */
async function ofNothing(
  context: LogContext,
  subject: Subject,
  rows: readonly Asked[],
  marks: Marks,
): Promise<Found[][]> {
  const out = subject.columns.map((): Found[] => []);
  if (context.state.forgotten.length === 0) return out;
  const { generations } = context.version;
  const published = new Map<number, Stamp>(
    Object.entries(generations).map(([view, g]) => [g, marks.get(view) ?? { t: -(2n ** 63n), run: 0 }]),
  );
  const serving = {
    repo: subject.repo,
    computations: context.computations,
    generations: new Map(Object.entries(generations)),
  };
  const store = memoryStates(new Map(), published);
  const reader = createReader({ store, serving: () => serving, now: () => context.now });
  for (const { at, input } of rows) {
    const record = Object.fromEntries(subject.service.inputs.map((i, n) => [i.name, input[n]]));
    const answer = await reader.read(subject.service.name, [record], { at });
    subject.columns.forEach(({ name }, c) => {
      const column = answer.columns.find((own) => own.name === name);
      out[c]?.push({ value: column?.values[0] ?? null, status: column?.statuses[0] ?? "NULL" });
    });
  }
  return out;
}
