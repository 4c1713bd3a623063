import {
  didYouMean,
  formatInstant,
  LockstepError,
  type RepoIR,
  type ServiceIR,
  type Status,
  toWire,
  type Value,
  type ViewIR,
} from "@lockstep/core";
import { type Database, type Sources, trainingFrame } from "@lockstep/offline";
import { createReader, type OnlineStore } from "@lockstep/online";
import type { AppliedVersion } from "@lockstep/registry";
import { type Question, questionsOf } from "./questions.js";
import type { ParityDifference, ParityOptions, ParityReport, ParityRow } from "./report.js";
import { agree, companionName, companions, isInexact, isTelling, tolerance } from "./tolerance.js";

export interface ParityContext {
  readonly db: Database;
  readonly version: AppliedVersion;
  readonly sources: Sources;
  readonly store: OnlineStore;
}

const SHOWN = 20;

/**
 * Compares what the online store answers with what the compiled SQL computes from the source's rows known by the
 * store's watermark, at instants where the two would differ first.
 */
export async function parity(context: ParityContext, options: ParityOptions = {}): Promise<ParityReport> {
  const started = performance.now();
  const { repo } = context.version;
  const seed = options.seed ?? 1;
  const views = viewsOf(repo, options.services);
  const wanted = options.values ?? 10_000;
  const features = views.reduce((n, v) => n + v.features.length, 0);
  const rows: ParityRow[] = [];
  const differences: ParityDifference[] = [];
  const instants = new Set<bigint>();
  let watermark = -(2n ** 63n);
  let keys = 0;
  let done = 0;
  for (const view of views) {
    const published = await watermarkOf(context, view);
    if (published > watermark) watermark = published;
    // A little more than asked for, so that instants that coincide leave enough.
    const pairs = Math.ceil((wanted / features) * 1.02) + 1;
    const questions = await questionsOf({ ...context, repo, view, watermark: published, pairs, seed });
    const compared = await compareView(context, view, questions, published);
    for (const q of questions) instants.add(q.at);
    keys += new Set(questions.flatMap((q) => q.keys.map((k) => JSON.stringify(k, big)))).size;
    rows.push(...compared.rows);
    differences.push(...compared.differences);
    done += compared.rows.reduce((n, r) => n + r.compared, 0);
    options.onProgress?.(Math.min(done, wanted), wanted);
  }
  const total = (pick: (row: ParityRow) => number) => rows.reduce((n, r) => n + pick(r), 0);
  return {
    seed,
    watermark,
    compared: total((r) => r.compared),
    telling: total((r) => r.telling),
    differ: total((r) => r.differ),
    keys,
    instants: instants.size,
    features: rows,
    differences: differences.slice(0, SHOWN),
    seconds: (performance.now() - started) / 1000,
  };
}

const big = (_: string, v: unknown) => (typeof v === "bigint" ? `${v}n` : v);

/** The views of the services asked for; of all where none is named. */
function viewsOf(repo: RepoIR, services: readonly string[] | undefined): ViewIR[] {
  const chosen = services?.map((name) => {
    const service = repo.services.find((s) => s.name === name);
    if (!service) {
      throw new LockstepError({
        code: "SERVICE_UNKNOWN",
        place: `'${name}'`,
        what: `there is no such feature service${didYouMean(
          name,
          repo.services.map((s) => s.name),
        )}`,
        mend: `choose one of ${repo.services.map((s) => s.name).join(", ")}`,
      });
    }
    return service;
  });
  const used = chosen && new Set(chosen.flatMap((s) => s.members.flatMap((m) => (m.kind === "view" ? [m.view] : []))));
  return repo.views.filter((v) => !used || used.has(v.name));
}

async function watermarkOf({ store, version }: ParityContext, view: ViewIR): Promise<bigint> {
  const generation = version.generations[view.name] ?? -1;
  const { published } = await store.read([], [generation]);
  const stamp = published.get(generation);
  if (stamp) return stamp.t;
  throw new LockstepError({
    code: "NOT_MATERIALIZED",
    place: `feature view '${view.name}'`,
    what: "it has no complete run in the online store",
    mend: `run \`fs materialize ${view.name}\``,
  });
}

/** A service of one view alone, so that both sides go the way that every service goes. */
function serviceOf(view: ViewIR): ServiceIR {
  return {
    name: `parity_of_${view.name}`,
    members: [
      {
        kind: "view",
        view: view.name,
        alias: view.name,
        keys: Object.fromEntries(view.keys.map((k) => [k.key, k.key])),
        features: view.features.map((f) => ({ feature: f.name, column: f.name })),
      },
    ],
    inputs: view.keys.map((k) => ({ name: k.key, type: k.type, role: "key" })),
  };
}

async function compareView(context: ParityContext, view: ViewIR, questions: readonly Question[], watermark: bigint) {
  const offline = await offlineAnswers(context, view, questions, watermark);
  const online = await onlineAnswers(context, view, questions);
  const differences: ParityDifference[] = [];
  const rows = view.features.map((feature): ParityRow => {
    const [off, on] = [offline.get(feature.name), online.get(feature.name)];
    let [differ, telling, row] = [0, 0, 0];
    for (const { at, keys } of questions) {
      for (const key of keys) {
        const [a, b] = [off?.(row), on?.(row)];
        row++;
        if (!a || !b) continue;
        if (a.status === "PRESENT" && isTelling(a.value)) telling++;
        if (a.status === b.status && agree(a.value, b.value, a.allowed)) continue;
        differ++;
        if (differences.length < SHOWN) {
          const side = (x: { value: Value; status: Status }) => ({
            value: toWire(feature.type, x.value),
            status: x.status,
          });
          const named = Object.fromEntries(view.keys.map((k, i) => [k.key, toWire(k.type, key[i] ?? null)]));
          differences.push({
            view: view.name,
            feature: feature.name,
            key: named,
            at: formatInstant(at),
            offline: side(a),
            online: side(b),
          });
        }
      }
    }
    return { view: view.name, feature: feature.name, compared: row, differ, telling };
  });
  return { rows, differences };
}

interface Side {
  readonly value: Value;
  readonly status: Status;
  readonly allowed: number;
}
type Answers = ReadonlyMap<string, (row: number) => Side>;

async function offlineAnswers(
  context: ParityContext,
  view: ViewIR,
  questions: readonly Question[],
  watermark: bigint,
): Promise<Answers> {
  const { db, version, sources } = context;
  const widened = companions(view);
  const repo: RepoIR = { ...version.repo, views: version.repo.views.map((v) => (v.name === view.name ? widened : v)) };
  const labels = questions.flatMap(({ at, keys }) =>
    keys.map((key) => ({ ...Object.fromEntries(view.keys.map((k, i) => [k.key, key[i]])), __at: at })),
  );
  const frame = await trainingFrame({ db, repo, sources, computations: new Map() }, serviceOf(widened), {
    labels,
    timestamp: "__at",
    knownBy: watermark,
    statuses: true,
  });
  try {
    const rows = await frame.rows();
    return new Map(
      view.features.map((f) => [
        f.name,
        (row: number): Side => {
          const values = rows[row] ?? {};
          const companion = (which: "count" | "min" | "max") => values[companionName(f.name, which)] ?? null;
          const allowed = isInexact(f) ? tolerance(f, companion("count"), companion("min"), companion("max")) : 0;
          return { value: values[f.name] ?? null, status: values[`${f.name}__status`] as Status, allowed };
        },
      ]),
    );
  } finally {
    await frame.close();
  }
}

async function onlineAnswers(
  { store, version }: ParityContext,
  view: ViewIR,
  questions: readonly Question[],
): Promise<Answers> {
  const service = serviceOf(view);
  const serving = {
    repo: { ...version.repo, services: [service] },
    computations: new Map(),
    generations: new Map(Object.entries(version.generations)),
  };
  const reader = createReader({ store, serving: () => serving, now: () => 0n, pushes: false });
  const columns = new Map<string, Side[]>(view.features.map((f) => [f.name, []]));
  for (const { at, keys } of questions) {
    const rows = keys.map((key) => Object.fromEntries(view.keys.map((k, i) => [k.key, key[i]])));
    const answer = await reader.read(service.name, rows, { at });
    for (const column of answer.columns) {
      const list = columns.get(column.name);
      for (const [i, value] of column.values.entries()) {
        list?.push({ value, status: column.statuses[i] ?? "MISSING", allowed: 0 });
      }
    }
  }
  return new Map([...columns].map(([name, list]) => [name, (row: number) => list[row] as Side]));
}
