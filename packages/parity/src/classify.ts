import type { Value } from "@lockstep/core";
import { compareStamps, type Serving, type Stamp } from "@lockstep/online";
import { same } from "./agreement.js";
import { causeOf, type Settled, withSource } from "./cause-of.js";
import type { Cause } from "./causes.js";
import { type Disagreement, foundOnline } from "./compare.js";
import { type Marks, marksOf, type ParityContext } from "./context.js";
import { becameOf, rowsSince } from "./evidence/rows-since.js";
import { freshBuild } from "./fresh-build.js";
import { memoryStates } from "./memory-states.js";
import { answersFrom, type OnlineColumn } from "./online-answers.js";
import { identity, keyOf } from "./pool.js";
import type { PushedNow } from "./pushes/pushed-now.js";
import type { Counting, Pushed } from "./pushes/pushed-rows.js";
import { recomputePushed } from "./pushes/recompute-pushed.js";
import type { Question } from "./questions.js";
import type { RateLimit } from "./rate-limit.js";
import type { Recomputed } from "./recompute.js";
import { snapshot } from "./snapshot.js";
import { isForgotten, storedStates } from "./stored-states.js";
import { ownMembers, type Subject, type SubjectColumn } from "./subject.js";

/** A disagreement with its cause, or null: a run under way moved on meanwhile, and nothing can be said. */
export interface Judged extends Disagreement {
  readonly at: bigint;
  readonly input: readonly Value[];
  readonly cause: Cause | null;
  readonly evidence: string;
}

export interface JudgeContext extends ParityContext {
  readonly serving: Serving;
  readonly marks: Marks;
  readonly limit: RateLimit;
  readonly pushed: PushedNow;
}

/**
 * Finds each disagreement's cause: looks at the stored bytes once more, and recomputes the online answer from states
 * freshly built at the same T. What then looks wrong is held against what the runs noted of the rows that they read.
 */
export async function judge(
  context: JudgeContext,
  subject: Subject,
  questions: readonly Question[],
  disagreements: readonly Disagreement[],
): Promise<Judged[]> {
  if (disagreements.length === 0) return [];
  const rows = rowsOf(questions, new Set(disagreements.map((d) => d.row)));
  const places = new Map(rows.map(({ row }, place) => [row, place]));
  const inputs = rows.map((r) => r.input);
  const again = grouped(rows);
  const pushed = context.pushed.rows().size === 0 ? context.pushed.rows() : await context.pushed.again();
  const stored = await storedStates(context, subject, inputs);
  const reread = await snapshot({ ...context, pushed }, subject, again);
  const second = await answersFrom(context, subject, reread, again);
  const fresh = memoryStates(await freshStates(context, subject, inputs), publishedOf(context), reread.rows);
  const rebuilt = await answersFrom(context, subject, fresh, again);
  const counting = (which: Counting) => recomputePushed(context, subject, rows, context.marks, pushed, which);
  const [expected, all] = pushed.size === 0 ? [null, null] : [await counting("expected"), await counting("all")];
  const moved = second.skipped > 0 || !sameMarks(context.marks, await marksOf(context), subject);

  const judgeOne = (d: Disagreement): Judged => {
    const place = places.get(d.row) as number;
    const { at, input } = rows[place] as Row;
    const found = (of: typeof second) => foundOnline(of.columns[d.column] as OnlineColumn, place);
    const own = ownMembers(subject, subject.columns[d.column] as SubjectColumn);
    const states = (stored[place] ?? []).filter((s) => own.includes(s.member));
    // Rows may have been pushed since the first look: then the second one is what counts.
    const now = expected?.[d.column]?.[place];
    const sides = now ? { offline: sideOf(now), online: found(second), allowed: now.allowed } : d;
    const about = { ...d, ...sides, at, input };
    const none = (evidence: string): Judged => ({ ...about, cause: null, evidence });
    if (moved) return none("another run was published meanwhile");
    if (states.some((s) => s.stamp !== null && compareStamps(s.stamp, s.mark) > 0))
      return none("the key's state is of a run under way");
    if (now && same(about.online, now)) return none("rows were pushed meanwhile");
    const evidence = {
      rebuilt: found(rebuilt),
      reread: found(second),
      states,
      forgotten: states.some((s) => isForgotten(context, s)),
      withAllPushed: all?.[d.column]?.[place] ?? null,
    };
    return { ...about, ...causeOf(about, evidence) };
  };
  return bySource(context, subject, disagreements.map(judgeOne), pushed);
}

const sideOf = ({ allowed: _, ...found }: Recomputed) => found;

/** Of states that look wrong: whether the rows that they are of are others by now. */
async function bySource(
  context: JudgeContext,
  subject: Subject,
  judged: readonly Judged[],
  pushed: Pushed,
): Promise<Judged[]> {
  const rows = new Map(judged.flatMap((j) => (j.cause === "wrong state" ? [[j.row, j] as const] : [])));
  if (rows.size === 0 || !context.evidence) return [...judged];
  const asked = [...rows.values()];
  const places = new Map(asked.map(({ row }, place) => [row, place]));
  const since = await rowsSince(context, subject, asked, context.marks, pushed);
  return judged.map((j): Judged => {
    if (j.cause === null || j.cause !== "wrong state") return j;
    const became = becameOf(since, subject, j.column, places.get(j.row) as number, j.online);
    return { ...j, ...withSource(j as Judged & Settled, became) };
  });
}

/** Fresh builds are complete: no floor hides any. */
const publishedOf = ({ version, marks }: JudgeContext) =>
  new Map([...marks].map(([view, { t, run }]) => [version.generations[view] as number, { t, run }]));

/** What full runs at the views' T would store for the rows' keys, by generation and key. */
async function freshStates(context: JudgeContext, subject: Subject, inputs: readonly (readonly Value[])[]) {
  const fresh = new Map<number, ReadonlyMap<string, Uint8Array>>();
  for (const member of subject.members) {
    const { view } = member;
    const keys = new Map(inputs.map((input) => [identity(keyOf(input, member)), keyOf(input, member)]));
    const generation = context.version.generations[view.name] as number;
    const built = await freshBuild(context, view, [...keys.values()], context.marks.get(view.name) as Stamp);
    fresh.set(generation, new Map([...(fresh.get(generation) ?? []), ...built]));
  }
  return fresh;
}

const sameMarks = (a: Marks, b: Marks, { members }: Subject): boolean =>
  members.every(({ view: { name } }) => {
    const [x, y] = [a.get(name), b.get(name)];
    return x !== undefined && y !== undefined && compareStamps(x, y) === 0;
  });

interface Row {
  readonly row: number;
  readonly at: bigint;
  readonly input: readonly Value[];
}

/** The batch's rows that are wanted, with their instant and inputs. */
function rowsOf(questions: readonly Question[], wanted: ReadonlySet<number>): Row[] {
  let row = 0;
  return questions
    .flatMap(({ at, rows }) => rows.map((input) => ({ row: row++, at, input })))
    .filter((r) => wanted.has(r.row));
}

/** The same rows in the same order, those of one instant together. */
function grouped(rows: readonly Row[]): Question[] {
  const out: { at: bigint; occasion: "random"; rows: (readonly Value[])[] }[] = [];
  for (const { at, input } of rows) {
    const last = out.at(-1);
    if (last?.at === at) last.rows.push(input);
    else out.push({ at, occasion: "random", rows: [input] });
  }
  return out;
}
