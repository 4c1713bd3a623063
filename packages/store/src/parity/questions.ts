import { duckdb, sampleSql } from "@lockstep/compiler";
import type { RepoIR, Value, ViewIR } from "@lockstep/core";
import { checkSources, type Database, type Sources } from "@lockstep/offline";
import { edgesOf, horizon } from "./edges.js";
import { randomOf } from "./random.js";

/** One instant, and the keys to ask at it. */
export interface Question {
  readonly at: bigint;
  readonly keys: readonly (readonly Value[])[];
}

export interface QuestionRequest {
  readonly db: Database;
  readonly repo: RepoIR;
  readonly view: ViewIR;
  readonly sources: Sources;
  readonly watermark: bigint;
  /** Distinct (key, instant) wanted. */
  readonly pairs: number;
  readonly seed: number;
}

const KEYS_PER_INSTANT = 20;

/**
 * Keys and instants at which the two sides would differ first: the edges of every feature and a microsecond to either
 * side, the watermark, and random instants between. Keys come from the source, so most of them have values.
 */
export async function questionsOf(given: QuestionRequest): Promise<Question[]> {
  const { db, repo, view, watermark, pairs, seed } = given;
  const own = repo.sources.filter((s) => s.name === view.source);
  const request = { ...given, sources: await checkSources(db, given.sources, own) };
  const random = randomOf(seed);
  const instants = Math.max(4, Math.ceil(pairs / KEYS_PER_INSTANT));
  const recent = await sample(request, watermark - horizon(view) * 2n, watermark, Math.max(pairs, 200), seed);
  const older = recent.length > 0 ? recent : await sample(request, -(2n ** 62n), watermark, Math.max(pairs, 200), seed);
  const keys = distinctKeys(older);
  if (keys.length === 0) return [];

  const at = new Map<bigint, Value[][]>([
    [watermark, []],
    [watermark + 1n, []],
  ]);
  const edges = edgesOf(view, watermark);
  for (const [i, edge] of edges.entries()) {
    const events = await sample(request, edge.from, edge.to, Math.ceil(instants / (2 * edges.length)) + 1, seed + i);
    for (const { key, et } of events) {
      for (const t of [-1n, 0n, 1n].map((d) => edge.changesAt(et) + d)) {
        if (t >= watermark) at.set(t, [...(at.get(t) ?? []), key]);
      }
    }
  }
  // Near the watermark most values are present; a few lie far out, where windows run empty.
  while (at.size < instants * 2) {
    const reach = random() < 0.8 ? horizon(view) / 8n : horizon(view);
    at.set(watermark + BigInt(Math.floor(random() * Number(reach))), []);
  }
  const picked = shuffled([...at.entries()], random);
  const questions: Question[] = [];
  let total = 0;
  for (const [t, own] of picked) {
    if (total >= pairs) break;
    const chosen = distinct([...own, ...take(keys, KEYS_PER_INSTANT - Math.min(own.length, KEYS_PER_INSTANT), random)]);
    questions.push({ at: t, keys: chosen });
    total += chosen.length;
  }
  return questions;
}

interface Event {
  readonly key: Value[];
  readonly et: bigint;
}

async function sample(
  request: QuestionRequest,
  from: bigint,
  to: bigint,
  limit: number,
  seed: number,
): Promise<Event[]> {
  const { db, repo, view, sources, watermark } = request;
  const sql = sampleSql({
    dialect: duckdb,
    repo,
    view,
    relation: sources.relation,
    knownBy: watermark,
    from,
    to,
    limit,
    seed,
  });
  const out: Event[] = [];
  for await (const chunk of db.chunks(sql)) {
    const columns = view.keys.map((k, i) => chunk.column(i, k.type));
    const times = chunk.column(view.keys.length, { kind: "int64" });
    for (let row = 0; row < chunk.rows; row++)
      out.push({ key: columns.map((c) => c.get(row)), et: times.get(row) as bigint });
  }
  return out;
}

const identity = (key: readonly Value[]): string =>
  JSON.stringify(key, (_, v) => (typeof v === "bigint" ? `${v}n` : v));

function distinct(keys: readonly Value[][]): Value[][] {
  return [...new Map(keys.map((k) => [identity(k), k])).values()];
}

const distinctKeys = (events: readonly Event[]): Value[][] => distinct(events.map((e) => e.key));

function take<T>(items: readonly T[], count: number, random: () => number): T[] {
  return Array.from({ length: count }, () => items[Math.floor(random() * items.length)] as T);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
