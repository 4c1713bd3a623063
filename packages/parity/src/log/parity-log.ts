import { didYouMean, LockstepError } from "@lockstep/core";
import { checkSources } from "@lockstep/offline";
import { readServingLog } from "@lockstep/online";
import type { AppliedVersion } from "@lockstep/registry";
import { CAUSES } from "../causes.js";
import type { Judged } from "../classify.js";
import { type Compared, compare } from "../compare.js";
import { offlineFrame } from "../offline-frame.js";
import type { OnlineAnswers } from "../online-answers.js";
import { totalCauses, verdictOf } from "../parity.js";
import { identity } from "../pool.js";
import { rateLimit } from "../rate-limit.js";
import type { ParityReport } from "../report.js";
import type { Subject } from "../subject.js";
import { keyRecord } from "../tally.js";
import { realTimer, secondsSince } from "../timer.js";
import { compareWithFrame } from "./compare-with-frame.js";
import { type GroupCheck, groupOf } from "./group-check.js";
import { judgeServed } from "./judge-served.js";
import type { LogContext } from "./log-context.js";
import { onlineColumns } from "./served-columns.js";
import { type ServedRow, servedRows } from "./served-row.js";
import { shapeSchema } from "./shape-schema.js";

export interface ParityLogOptions {
  readonly folder: string;
  /** Default: all services in the log. */
  readonly services?: readonly string[];
  /** A training frame's file: what was served is compared with it, in place of what is recomputed. */
  readonly frame?: { readonly path: string; readonly timestamp: string };
  /** Seconds after which no more is begun. */
  readonly budget?: number;
  /** Keys with pushed rows that are read from the online store in a second, at most. Default: no limit. */
  readonly rate?: number;
  readonly allow?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was read of the log. */
export interface LogCoverage {
  readonly files: number;
  readonly answers: number;
  /** Answers that the servers say they could not keep. */
  readonly dropped: number;
  /** Blocks of the files that are torn or damaged. */
  readonly damaged: number;
  /** Answers of versions or services that the registry doesn't know. */
  readonly unknown: number;
  /** Rows that the training frame does not have. */
  readonly unmatched: number;
}

export interface ParityLogReport extends ParityReport {
  readonly log: LogCoverage;
}

/** Rows of one comparison. */
const BATCH = 20_000;
const REPRODUCED = 20;

/** Compares what was served, as servers logged it, with what the training query gives for the same rows and instants. */
export async function parityLog(given: LogContext, options: ParityLogOptions): Promise<ParityLogReport> {
  const seconds = secondsSince(given.timer ?? realTimer);
  const session = given.db.session();
  const limit = rateLimit(options.rate ?? null, given.timer);
  const context: LogContext = { ...given, db: session, limit };
  const seen = { files: 0, answers: 0, dropped: 0, damaged: 0, unknown: 0, unmatched: 0 };
  const checks = new Map<string, GroupCheck>();
  const reproduction: unknown[] = [];
  let over = true;
  try {
    for await (const file of readServingLog(options.folder, (json) => shapeSchema.parse(json))) {
      seen.files++;
      seen.dropped += file.dropped;
      seen.damaged += file.damaged;
      for (const answer of file.answers) {
        if (options.services && !options.services.includes(answer.shape.service)) continue;
        seen.answers++;
        const check = await groupOf(context, checks, answer, options);
        if (!check) {
          seen.unknown++;
          continue;
        }
        check.waiting.push(...servedRows(answer, check.subject.service.inputs, given.clock));
        if (check.waiting.length >= BATCH && inTime()) await step(check);
      }
      if (!inTime()) break;
    }
    for (const check of checks.values()) if (inTime()) await step(check);
  } finally {
    await session.release();
  }
  const all = [...checks.values()];
  if (options.services && seen.answers === 0) checkNames(options.services, given);
  over = all.every((c) => c.waiting.length === 0);
  const features = merged(all).flatMap((t) => t.tally.rows());
  const causes = totalCauses(features);
  const total = (of: (row: (typeof features)[number]) => number) => features.reduce((n, row) => n + of(row), 0);
  const compared = total((r) => r.compared);
  const allow = options.allow ?? 0;
  return {
    project: given.version.repo.project,
    version: given.version.version,
    seed: 0,
    watermark: all.reduce((most, c) => (c.watermark > most ? c.watermark : most), -(2n ** 63n)),
    now: given.now,
    compared,
    equal: total((r) => r.equal),
    telling: total((r) => r.telling),
    differ: total((r) => r.differ),
    causes,
    allow,
    verdict: verdictOf({ compared, causes, allow, views: [] }),
    keys: new Set(all.flatMap((c) => [...c.keys])).size,
    instants: new Set(all.flatMap((c) => [...c.instants])).size,
    views: [],
    features,
    coverage: merged(all).map(({ subject, rows, instants, keys }) => ({
      service: subject.service.name,
      wanted: rows * subject.columns.length,
      compared: rows * subject.columns.length,
      keys: keys.size,
      instants: instants.size,
      occasions: { served: rows },
      skipped: 0,
      complete: over,
    })),
    differences: merged(all).flatMap((c) => c.tally.differences()),
    reproduction,
    budget: options.budget ?? null,
    seconds: seconds(),
    times: { choosing: 0, online: 0, offline: 0, comparing: seconds(), judging: 0 },
    log: { ...seen, unmatched: all.reduce((n, c) => n + c.unmatched, 0) },
  };

  function inTime(): boolean {
    return options.budget === undefined || seconds() < options.budget;
  }

  async function step(check: GroupCheck): Promise<void> {
    const rows = check.waiting.splice(0);
    if (rows.length === 0) return;
    const { subject, answered, reference } = check;
    const own = await contextOf(context, reference);
    const group = { subject, answered, rows };
    const kept = check.frame ? rows.filter((r) => check.frame?.find(r.at, r.input) !== undefined) : rows;
    check.unmatched += rows.length - kept.length;
    if (kept.length === 0) return;
    const compared = check.frame
      ? compareWithFrame(subject, kept, check.frame)
      : await compareRecomputed(own, subject, kept);
    const judged = await judgeServed(own, { ...group, rows: kept }, compared.disagreements);
    const shown = check.tally.add(compared, judged);
    check.rows += kept.length;
    for (const { at, input, answer } of kept) {
      check.instants.add(at);
      check.keys.add(identity(input));
      for (const { mark } of answer.shape.views) if (mark.t > check.watermark) check.watermark = mark.t;
    }
    const bad = shown.filter((j) => j.cause !== null && !CAUSES[j.cause].explained);
    for (const j of bad) if (reproduction.length < REPRODUCED) reproduction.push(reproductionOf(group, kept, j));
    options.onProgress?.(all_rows(checks), all_rows(checks));
  }
}

const all_rows = (checks: ReadonlyMap<string, GroupCheck>): number =>
  [...checks.values()].reduce((n, c) => n + c.rows * c.subject.columns.length, 0);

async function contextOf(context: LogContext, reference: AppliedVersion): Promise<LogContext> {
  const sources = await checkSources(context.db, context.sources, reference.repo.sources);
  return { ...context, version: reference, sources, computations: await context.computationsOf(reference) };
}

async function compareRecomputed(context: LogContext, subject: Subject, rows: readonly ServedRow[]): Promise<Compared> {
  const questions = rows.map(({ at, input }) => ({ at, occasion: "served" as const, rows: [input] }));
  const offline = await offlineFrame(context, subject.widened, questions, null);
  try {
    const online: OnlineAnswers = { questions, columns: onlineColumns(subject, rows), rows: rows.length, skipped: 0 };
    return await compare(subject, offline, online);
  } finally {
    await offline.frame.close();
  }
}

function merged(checks: readonly GroupCheck[]): readonly GroupCheck[] {
  return checks.filter((c) => c.rows > 0);
}

/** What it takes to look at a served value elsewhere: all that the log says of it. */
function reproductionOf(
  { subject, answered }: Pick<GroupCheck, "subject" | "answered">,
  rows: readonly ServedRow[],
  judged: Judged,
) {
  const { answer } = rows[judged.row] as ServedRow;
  const column = subject.columns[judged.column] as Subject["columns"][number];
  const text = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
  return JSON.parse(
    JSON.stringify(
      {
        format: 1,
        service: subject.service.name,
        column: column.name,
        version: answered.version,
        requestId: answer.requestId,
        key: keyRecord(subject, judged.input),
        at: judged.at,
        wall: answer.wall,
        views: answer.shape.views,
        cause: judged.cause,
        evidence: judged.evidence,
        offline: judged.offline,
        online: judged.online,
      },
      text,
    ),
  );
}

function checkNames(names: readonly string[], { version }: LogContext): void {
  const known = version.repo.services.map((s) => s.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new LockstepError({
      code: "SERVICE_UNKNOWN",
      place: `'${name}'`,
      what: `there is no such feature service${didYouMean(name, known)}`,
      mend: `choose one of ${known.join(", ")}`,
    });
  }
}
