import { duckdb, givenKeysSql, keyColumn, knownKeysSql, sampleSql } from "@lockstep/compiler";
import { didYouMean, fromWire, LockstepError, type RepoIR, type Value } from "@lockstep/core";
import type { Database, Sources } from "@lockstep/offline";
import type { Marks } from "./context.js";
import { type Edge, horizon } from "./edges.js";
import { take } from "./random.js";
import type { ParityOptions } from "./report.js";
import type { Subject, SubjectView } from "./subject.js";

/** The values of a service's inputs: keys, and null in place of request fields, which depend on the instant. */
export type InputRow = readonly Value[];

/** Some distinct keys to ask about, as rows of the subject's inputs. */
export interface Pool {
  readonly rows: readonly InputRow[];
  /** A relation of the pool's keys, for each view; absent: the keys are a sample and nothing is to be restricted to them. */
  readonly relations?: ReadonlyMap<SubjectView, string>;
  /** These keys and no others are asked about. */
  readonly given?: true;
  /** The part of all keys that the pool is. */
  readonly share: number;
}

export interface PoolContext {
  readonly db: Database;
  readonly repo: RepoIR;
  readonly sources: Sources;
  readonly marks: Marks;
  readonly subject: Subject;
  readonly random: () => number;
  readonly seed: number;
}

/** How many keys are looked at together, of all. */
const SLAB = 5_000;

/** The keys to ask about, in pools that share none. */
export async function* poolsOf(context: PoolContext, keys: ParityOptions["keys"], most: number): AsyncGenerator<Pool> {
  const { subject } = context;
  if (subject.members.every(({ inputs }) => inputs.length === 0)) yield { rows: [emptyRow(subject)], share: 1 };
  else if (keys === undefined || keys === "sample") yield await samplePool(context, most);
  else if (keys === "all") yield* allPools(context);
  else yield await givenPool(context, keys);
}

const emptyRow = ({ service }: Subject): Value[] => service.inputs.map(() => null);

/** Keys that lately had events: most of them have values. The rows of several views are put together at random. */
async function samplePool(context: PoolContext, most: number): Promise<Pool> {
  const { subject, random } = context;
  const sampled: { member: SubjectView; keys: Value[][] }[] = [];
  for (const member of byWidth(subject)) {
    const t = watermarkOf(context, member);
    const recent = { from: t - horizon(member.view) * 2n, to: t };
    const found = await events(context, member, recent, Math.max(most, 200), context.seed);
    const older =
      found.length > 0 ? found : await events(context, member, { from: -(2n ** 62n), to: t }, most, context.seed);
    sampled.push({ member, keys: older.map((e) => e.key) });
  }
  const lead = sampled[0]?.keys ?? [];
  const rows = lead.map((key) => {
    const row = emptyRow(subject);
    for (const { member, keys } of [...sampled].reverse()) if (keys.length > 0) place(row, member, take(keys, random));
    if (sampled[0]) place(row, sampled[0].member, key);
    return row;
  });
  return { rows: distinct(rows), share: 1 };
}

/** Every key of the widest view, slab by slab; keys of other views by chance. */
async function* allPools(context: PoolContext): AsyncGenerator<Pool> {
  const { db, repo, sources, subject, random } = context;
  const [lead, ...others] = byWidth(subject);
  if (!lead) return;
  const known = knownKeysSql({
    dialect: duckdb,
    repo,
    members: [{ ...lead.member, keys: Object.fromEntries(lead.view.keys.map((k, i) => [k.key, keyColumn(i)])) }],
    relation: sources.relation,
    knownBy: watermarkOf(context, lead),
  });
  const table = `parity_keys_${++tables}`;
  await db.createTable(table, `AS SELECT *, row_number() OVER (ORDER BY __since DESC) - 1 AS __n FROM (${known})`);
  const [{ n } = { n: 0 }] = await db.rows(`SELECT count(*)::DOUBLE AS n FROM ${table}`);
  const total = Number(n);
  const names = lead.view.keys.map((_, i) => keyColumn(i)).join(", ");
  const other = await Promise.all(others.map(async () => [] as Value[][]));
  for (const [i, member] of others.entries()) {
    const t = watermarkOf(context, member);
    other[i] = (await events(context, member, { from: -(2n ** 62n), to: t }, 1_000, context.seed)).map((e) => e.key);
  }
  for (let from = 0; from < total; from += SLAB) {
    const relation = `(SELECT ${names} FROM ${table} WHERE __n >= ${from} AND __n < ${from + SLAB})`;
    const rows: Value[][] = [];
    for (const chunk of await db.wholeChunks(`SELECT * FROM ${relation}`)) {
      const columns = lead.view.keys.map((k, i) => chunk.column(i, k.type));
      for (let r = 0; r < chunk.rows; r++) {
        const row = emptyRow(subject);
        others.forEach((member, i) => {
          if (other[i]?.length) place(row, member, take(other[i], random));
        });
        place(
          row,
          lead,
          columns.map((c) => c.get(r)),
        );
        rows.push(row);
      }
    }
    yield { rows, relations: new Map([[lead, relation]]), share: rows.length / total };
  }
}

let tables = 0;

/** The keys that were given, for the subjects that they are whole keys of. */
async function givenPool(context: PoolContext, given: readonly Readonly<Record<string, unknown>>[]): Promise<Pool> {
  const { subject } = context;
  const inputs = subject.service.inputs;
  const needed = inputs.filter((i) => i.role === "key");
  const whole = given.filter((key) => needed.every((i) => Object.hasOwn(key, i.name)));
  const rows = distinct(
    whole.map((key) =>
      inputs.map((i) => (i.role === "key" ? fromWire(i.type, key[i.name], `--key, '${i.name}'`) : null)),
    ),
  );
  const relations = subject.members.flatMap((member) => {
    const keys = rows.map((row) => keyOf(row, member)).filter((key) => !key.includes(null));
    if (keys.length === 0 || member.inputs.length === 0) return [];
    const sql = givenKeysSql(
      duckdb,
      member.view.keys.map((k) => k.type),
      keys,
    );
    return [[member, `(${sql})`] as const];
  });
  return { rows, relations: new Map(relations), given: true, share: 1 };
}

/** Refuses names that are no part of any key. */
export function checkGiven(repo: RepoIR, keys: ParityOptions["keys"]): void {
  if (!Array.isArray(keys)) return;
  const names = [
    ...new Set(
      repo.entities
        .flatMap((e) => e.keys.map((k) => k.name))
        .concat(repo.services.flatMap((s) => s.inputs.map((i) => i.name))),
    ),
  ];
  for (const name of keys.flatMap((key) => Object.keys(key))) {
    if (names.includes(name)) continue;
    throw new LockstepError({
      code: "KEY_UNKNOWN",
      place: `'${name}'`,
      what: `it is a part of no key${didYouMean(name, names)}`,
      mend: `give the parts of a key by name: ${names.join(", ")}`,
    });
  }
}

export interface SampledEvent {
  readonly key: Value[];
  readonly et: bigint;
}

/** A repeatable sample of a view's events. */
export async function events(
  { db, repo, sources, marks }: PoolContext,
  { view }: SubjectView,
  { from, to, tied }: Pick<Edge, "from" | "to" | "tied">,
  limit: number,
  seed: number,
  keys?: string,
): Promise<SampledEvent[]> {
  const sql = sampleSql({
    dialect: duckdb,
    repo,
    view,
    relation: sources.relation,
    knownBy: marks.get(view.name)?.t ?? 0n,
    from,
    to,
    limit,
    seed,
    ...(tied ? { tied } : {}),
    ...(keys === undefined ? {} : { keys }),
  });
  const out: SampledEvent[] = [];
  for await (const chunk of db.chunks(sql)) {
    const columns = view.keys.map((k, i) => chunk.column(i, k.type));
    const times = chunk.column(view.keys.length, { kind: "int64" });
    for (let row = 0; row < chunk.rows; row++)
      out.push({ key: columns.map((c) => c.get(row)), et: times.get(row) as bigint });
  }
  return out;
}

const watermarkOf = ({ marks }: PoolContext, { view }: SubjectView): bigint => marks.get(view.name)?.t ?? 0n;

/** The view with the most parts in its key first: its keys decide those of the others. */
const byWidth = ({ members }: Subject): SubjectView[] =>
  [...members].sort((a, b) => new Set(b.inputs).size - new Set(a.inputs).size);

export function place(row: Value[], { inputs }: SubjectView, key: readonly Value[]): void {
  inputs.forEach((input, i) => {
    row[input] = key[i] ?? null;
  });
}

export const keyOf = (row: InputRow, { inputs }: SubjectView): Value[] => inputs.map((i) => row[i] ?? null);

export const identity = (row: InputRow): string =>
  JSON.stringify(row, (_, v) =>
    typeof v === "bigint" ? `${v}n` : v instanceof Uint8Array ? Buffer.from(v).toString("base64") : v,
  );

export const distinct = (rows: readonly Value[][]): Value[][] => [
  ...new Map(rows.map((r) => [identity(r), r])).values(),
];
