import { didYouMean, LockstepError, type RepoIR, type ServiceIR } from "@lockstep/core";
import { checkSources } from "@lockstep/offline";
import { CAUSES, type Cause, causeNames } from "./causes.js";
import { checkSubject, type SubjectCheck } from "./check-subject.js";
import { type Marks, marksOf, type ParityContext } from "./context.js";
import { checkGiven } from "./pool.js";
import { pushedNow } from "./pushes/pushed-now.js";
import { rateLimit } from "./rate-limit.js";
import type { Causes, ParityOptions, ParityReport, ParityRow, Verdict } from "./report.js";
import { reproductionOf } from "./reproduction.js";
import { Stopwatch } from "./stopwatch.js";
import { type Subject, serviceSubject, viewSubject } from "./subject.js";
import { realTimer, secondsSince } from "./timer.js";
import { viewsOf } from "./views.js";

const VALUES = 10_000;
/** How many differences are written down to be looked at elsewhere. */
const REPRODUCED = 20;

/**
 * Compares what the online store answers with what the compiled SQL computes from the source's rows known by the
 * store's watermark, at instants where the two would differ first, and finds each difference's cause.
 */
export async function parity(given: ParityContext, options: ParityOptions = {}): Promise<ParityReport> {
  const { timer = realTimer } = given;
  const seconds = secondsSince(timer);
  const { repo } = given.version;
  checkGiven(repo, options.keys);
  const services = servicesOf(repo, options.services);
  const names = viewNames(repo, options.services === undefined ? null : services);
  const marks = await marksOf(given);
  const stopwatch = new Stopwatch();
  const session = given.db.session();
  try {
    const sources = await checkSources(
      session,
      given.sources,
      repo.sources.filter((s) => repo.views.some((v) => v.source === s.name && names.includes(v.name))),
    );
    const known = { ...given, db: session, sources, marks, limit: rateLimit(options.rate ?? null, timer) };
    const context = { ...known, stopwatch, pushed: await pushedNow(known, names) };
    const subjects = subjectsOf(repo, names, services, marks);
    const columns = subjects.reduce((n, s) => n + s.columns.length, 0);
    const values = options.values ?? (options.keys === "all" ? null : VALUES);
    // A little more than asked for, so that rows that coincide leave enough.
    const rows = values === null ? null : Math.ceil((values / Math.max(1, columns)) * 1.02) + 1;
    const checks = subjects.map((subject) => checkSubject(context, subject, rows, options));
    const reproduction = await run(checks, options, seconds, (shown, check) =>
      reproductionOf(context, check.subject, shown),
    );
    const views = viewsOf(given, marks, names);
    return reportOf(given, options, {
      checks,
      views,
      reproduction,
      marks,
      seconds: seconds(),
      times: stopwatch.times(),
    });
  } finally {
    await session.release();
  }
}

/** A batch of each subject after another, so that whenever the budget ends each of them has had its part. */
async function run(
  checks: readonly SubjectCheck[],
  { budget, onProgress }: ParityOptions,
  seconds: () => number,
  reproduce: (shown: Awaited<ReturnType<SubjectCheck["step"]>>["shown"], check: SubjectCheck) => Promise<unknown[]>,
): Promise<unknown[]> {
  const reproduction: unknown[] = [];
  let open = [...checks];
  while (open.length > 0) {
    const next: SubjectCheck[] = [];
    for (const check of open) {
      if (budget !== undefined && seconds() >= budget) return reproduction;
      const { more, shown } = await check.step();
      if (more) next.push(check);
      const unexplained = shown.filter((d) => d.cause !== null && !CAUSES[d.cause].explained);
      reproduction.push(...(await reproduce(unexplained.slice(0, REPRODUCED - reproduction.length), check)));
      const covered = checks.map((c) => c.coverage());
      onProgress?.(
        sum(covered, (c) => c.compared),
        sum(covered, (c) => c.wanted),
      );
    }
    open = next;
  }
  return reproduction;
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((n, item) => n + of(item), 0);

interface Results extends Pick<ParityReport, "views" | "reproduction" | "seconds" | "times"> {
  readonly checks: readonly SubjectCheck[];
  readonly marks: Marks;
}

function reportOf({ version, now }: ParityContext, options: ParityOptions, results: Results): ParityReport {
  const { checks, views, reproduction, marks, seconds, times } = results;
  const features = checks.flatMap((c) => c.tally.rows());
  const coverage = checks.map((c) => c.coverage());
  const causes = totalCauses(features);
  const allow = options.allow ?? 0;
  const totals = {
    compared: sum(features, (r) => r.compared),
    equal: sum(features, (r) => r.equal),
    telling: sum(features, (r) => r.telling),
    differ: sum(features, (r) => r.differ),
  };
  return {
    project: version.repo.project,
    version: version.version,
    seed: options.seed ?? 1,
    watermark: [...marks.values()].reduce((most, { t }) => (t > most ? t : most), -(2n ** 63n)),
    now,
    ...totals,
    causes,
    allow,
    verdict: verdictOf({ ...totals, causes, allow, views }),
    keys: sum(coverage, (c) => c.keys),
    instants: sum(coverage, (c) => c.instants),
    views,
    features,
    coverage,
    differences: checks.flatMap((c) => c.tally.differences()),
    reproduction,
    budget: options.budget ?? null,
    seconds,
    times,
  };
}

export function verdictOf(of: Pick<ParityReport, "compared" | "causes" | "allow" | "views">): Verdict {
  const { compared, causes, allow, views } = of;
  const counted = causeNames.map((name) => [CAUSES[name].explained, causes[name] ?? 0] as const);
  if (counted.some(([explained, n]) => !explained && n > 0) || views.some((v) => v.state === "lost")) return "wrong";
  if (compared === 0) return "nothing";
  return sum(counted, ([, n]) => n) > allow * compared ? "explained" : "agrees";
}

export function totalCauses(features: readonly ParityRow[]): Causes {
  const total = (cause: Cause) => sum(features, (f) => f.causes[cause] ?? 0);
  return Object.fromEntries(causeNames.flatMap((c) => (total(c) > 0 ? [[c, total(c)]] : [])));
}

function servicesOf(repo: RepoIR, names: readonly string[] | undefined): readonly ServiceIR[] {
  if (names === undefined) return repo.services;
  const known = repo.services.map((s) => s.name);
  return names.map((name) => {
    const service = repo.services.find((s) => s.name === name);
    if (service) return service;
    throw new LockstepError({
      code: "SERVICE_UNKNOWN",
      place: `'${name}'`,
      what: `there is no such feature service${didYouMean(name, known)}`,
      mend: `choose one of ${known.join(", ")}`,
    });
  });
}

/** The views of these services; null: all, whether a service has them or not. */
function viewNames(repo: RepoIR, services: readonly ServiceIR[] | null): string[] {
  const used =
    services && new Set(services.flatMap((s) => s.members.flatMap((m) => (m.kind === "view" ? [m.view] : []))));
  return repo.views.map((v) => v.name).filter((name) => !used || used.has(name));
}

/** Views, then services, of which something is materialized. */
function subjectsOf(repo: RepoIR, names: readonly string[], services: readonly ServiceIR[], marks: Marks): Subject[] {
  const views = repo.views.filter((v) => names.includes(v.name)).map((v) => viewSubject(repo, v));
  return [...views, ...services.map((s) => serviceSubject(repo, s))].filter(
    ({ members, columns }) => columns.length > 0 && members.every(({ view }) => marks.has(view.name)),
  );
}
