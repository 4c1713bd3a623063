import type { Serving } from "@lockstep/online";
import { type JudgeContext, type Judged, judge } from "./classify.js";
import { compare } from "./compare.js";
import type { Marks, ParityContext } from "./context.js";
import type { Occasion } from "./occasion.js";
import { answersFrom } from "./online-answers.js";
import { identity, type PoolContext, poolsOf } from "./pool.js";
import { expectedFrame } from "./pushes/expected-frame.js";
import type { PushedNow } from "./pushes/pushed-now.js";
import { type Question, questionsOf } from "./questions.js";
import { randomOf } from "./random.js";
import type { RateLimit } from "./rate-limit.js";
import type { ParityCoverage, ParityOptions } from "./report.js";
import { snapshot } from "./snapshot.js";
import type { Stopwatch } from "./stopwatch.js";
import type { Subject } from "./subject.js";
import { Tally } from "./tally.js";

/** Rows of a batch. Each reads the source once more, so few great ones are faster. */
const BATCH = 50_000;
/** Where there is a budget the first is small, so that a short one looks at every subject; then they double. */
const FIRST_BATCH = 2_000;

/** One subject's comparison, a batch at a time. */
export interface SubjectCheck {
  readonly subject: Subject;
  readonly tally: Tally;
  /** Compares some more; false where there is nothing more. Gives the differences that are to be shown. */
  step(): Promise<{ readonly more: boolean; readonly shown: readonly Judged[] }>;
  coverage(): ParityCoverage;
}

export interface SubjectContext extends ParityContext {
  readonly marks: Marks;
  readonly limit: RateLimit;
  readonly stopwatch: Stopwatch;
  readonly pushed: PushedNow;
}

/** `wanted`: rows; null: as many as all keys take. */
export function checkSubject(
  context: SubjectContext,
  subject: Subject,
  wanted: number | null,
  options: Pick<ParityOptions, "keys" | "seed" | "budget" | "rate">,
): SubjectCheck {
  const { version, computations, stopwatch } = context;
  const serving: Serving = {
    repo: subject.repo,
    computations,
    generations: new Map(Object.entries(version.generations)),
  };
  const judging: JudgeContext = { ...context, serving };
  const answers = async (batch: readonly Question[]) =>
    answersFrom(judging, subject, await snapshot({ ...context, pushed: context.pushed.rows() }, subject, batch), batch);
  const tally = new Tally(subject);
  const seen = new Seen();
  const most = batchRows(options);
  const questions = inPieces(allQuestions(context, subject, wanted, options), most);
  let size = options.budget === undefined ? most : Math.min(most, FIRST_BATCH);
  let over = false;
  return {
    subject,
    tally,
    step: async () => {
      const batch = await stopwatch.time("choosing", () => take(questions, size));
      size = Math.min(size * 2, most);
      if (batch.length === 0) {
        over = true;
        return { more: false, shown: [] };
      }
      const online = await stopwatch.time("online", () => answers(batch));
      const offline = await stopwatch.time("offline", () =>
        expectedFrame(context, subject, online.questions, context.pushed.rows()),
      );
      try {
        const compared = await stopwatch.time("comparing", () => compare(subject, offline, online));
        const judged = await stopwatch.time("judging", () =>
          judge(judging, subject, online.questions, compared.disagreements),
        );
        seen.add(online.questions, online.skipped, judged);
        return { more: true, shown: tally.add(compared, judged) };
      } finally {
        await offline.frame.close();
      }
    },
    coverage: () => {
      const compared = tally.rows().reduce((n, r) => n + r.compared, 0);
      const all = wanted === null ? compared : wanted * subject.columns.length;
      return {
        ...(subject.name === null ? { view: subject.members[0]?.view.name ?? "" } : { service: subject.name }),
        wanted: Math.max(all, compared),
        compared,
        ...seen.counts(),
        complete: over,
      };
    },
  };
}

async function* allQuestions(
  context: SubjectContext,
  subject: Subject,
  wanted: number | null,
  { keys, seed = 1 }: Pick<ParityOptions, "keys" | "seed">,
): AsyncGenerator<Question> {
  const { marks, now } = context;
  const watermark = subject.members.reduce((most, { view }) => {
    const t = marks.get(view.name)?.t ?? most;
    return t > most ? t : most;
  }, NEVER);
  const pooling: PoolContext = { ...context, repo: context.version.repo, subject, random: randomOf(seed), seed };
  let strangers = true;
  for await (const pool of poolsOf(pooling, keys, wanted ?? 0)) {
    const rows = wanted === null ? Math.ceil(pool.rows.length * ROWS_PER_KEY) : Math.ceil(wanted * pool.share);
    const from = watermark === NEVER ? now : watermark;
    yield* questionsOf({ ...pooling, watermark: from, now, strangers, pushed: context.pushed.rows() }, pool, rows);
    strangers = false;
  }
}

const NEVER = -(2n ** 63n);

/** Of every key: at T, now, and at one other instant. */
const ROWS_PER_KEY = 3;

/** Where a rate decides how long a batch takes, it takes a tenth of the budget: one that is under way is finished. */
function batchRows({ budget, rate }: Pick<ParityOptions, "budget" | "rate">): number {
  if (budget === undefined || rate === undefined) return BATCH;
  return Math.max(1, Math.min(BATCH, Math.floor((rate * budget) / 10)));
}

async function* inPieces(questions: AsyncIterable<Question>, most: number): AsyncGenerator<Question> {
  for await (const question of questions) {
    const { rows } = question;
    if (rows.length <= most) yield question;
    else for (let i = 0; i < rows.length; i += most) yield { ...question, rows: rows.slice(i, i + most) };
  }
}

async function take(questions: AsyncGenerator<Question>, rows: number): Promise<Question[]> {
  const batch: Question[] = [];
  for (let n = 0; n < rows; ) {
    const next = await questions.next();
    if (next.done) break;
    batch.push(next.value);
    n += next.value.rows.length;
  }
  return batch;
}

/** What was asked for so far. */
class Seen {
  readonly #keys = new Set<string>();
  readonly #instants = new Set<bigint>();
  readonly #occasions = new Map<Occasion, number>();
  #skipped = 0;

  add(questions: readonly Question[], skipped: number, judged: readonly Judged[]): void {
    this.#skipped += skipped + new Set(judged.flatMap((j) => (j.cause === null ? [j.row] : []))).size;
    for (const { at, rows, occasion } of questions) {
      this.#instants.add(at);
      this.#occasions.set(occasion, (this.#occasions.get(occasion) ?? 0) + rows.length);
      for (const row of rows) this.#keys.add(identity(row));
    }
  }

  counts() {
    return {
      keys: this.#keys.size,
      instants: this.#instants.size,
      occasions: Object.fromEntries(this.#occasions),
      skipped: this.#skipped,
    };
  }
}
