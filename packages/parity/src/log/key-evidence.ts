import { duckdb, givenKeysSql, keyHashesSql, rowHashesSql } from "@lockstep/compiler";
import { formatInstant, type Value } from "@lockstep/core";
import { fingerprints } from "@lockstep/offline";
import { compareStamps, type Stamp } from "@lockstep/online";
import type { FileFingerprint } from "@lockstep/registry";
import { identity, keyOf } from "../pool.js";
import type { Subject, SubjectView } from "../subject.js";
import type { LogContext } from "./log-context.js";
import type { Asked } from "./recompute.js";

/** What became of a key's rows since the run that its state was of. */
export type KeyEvidence =
  | { readonly is: "same"; readonly says: string }
  /** Without these rows they are what the run read. */
  | { readonly is: "grown"; readonly says: string; readonly hashes: readonly string[] }
  | { readonly is: "changed"; readonly says: string }
  | { readonly is: "not known"; readonly says: string };

interface Hashed {
  readonly n: bigint;
  readonly h: bigint;
}

/** For each row, the evidence of a member's key. */
export async function keyEvidence(
  context: LogContext,
  subject: Subject,
  member: SubjectView,
  rows: readonly Asked[],
  mark: Stamp,
): Promise<KeyEvidence[]> {
  const { view } = member;
  const { db, sources, evidence, state, version } = context;
  const notKnown = (says: string): KeyEvidence[] => rows.map(() => ({ is: "not known", says }));
  const keys = rows.map(({ input }) => keyOf(input, member));
  const whole = [...new Map(keys.filter((k) => !k.includes(null)).map((k) => [identity(k), k])).values()];
  const generation = version.generations[view.name];
  const runs = state.runs
    .filter((r) => r.generation === generation && r.state === "complete")
    .map((r) => ({ ...r, stamp: { t: BigInt(r.watermark), run: r.run } }))
    .filter((r) => compareStamps(r.stamp, mark) <= 0)
    .sort((a, b) => compareStamps(b.stamp, a.stamp));
  const full = runs.findIndex((r) => (r.mode ?? "full") === "full");
  const own = runs.slice(0, full + 1);
  const [last] = own;
  if (!last) return notKnown("the registry knows of no run that left it");
  const noted = await Promise.all(own.map((r) => evidence.get(r.run)));
  const source = subject.repo.sources.find((s) => s.name === view.source);
  const files = source
    ? filesSince(noted[0]?.files ?? null, await fingerprints(db, context.sources, source))
    : ({ are: "not known", says: "" } as const);
  const [{ engine } = { engine: "" }] = await db.rows("SELECT 'duckdb ' || version() AS engine");
  const hashed = noted.every((e) => e !== null && e.engine === engine);
  const request = { dialect: duckdb, repo: subject.repo, view, relation: sources.relation, knownBy: mark.t };
  if (!hashed || (whole.length === 0 && view.keys.length > 0)) {
    if (files.are === "same") return rows.map(() => ({ is: "same", says: files.says }));
    return notKnown(files.are === "not known" ? `nothing is noted of what run ${last.run} read` : files.says);
  }
  const given =
    whole.length === 0
      ? undefined
      : `(${givenKeysSql(
          duckdb,
          view.keys.map((k) => k.type),
          whole,
        )})`;
  const restricted = given === undefined ? request : { ...request, keys: given };
  const [now, then] = [
    await hashesOf(context, member, keyHashesSql(restricted)),
    await recorded(
      context,
      member,
      own.map((r) => r.run),
      given,
    ),
  ];
  const each = await rowsOf(context, member, rowHashesSql(restricted));
  return keys.map((key): KeyEvidence => {
    const id = identity(key);
    const [before, after] = [then.get(id) ?? NONE, now.get(id) ?? NONE];
    if (before.n === after.n && before.h === after.h) {
      const says = `the key's ${before.n} rows are those that run ${last.run} knew of`;
      // A version that took an event away lies with another key.
      if (source?.id === undefined) return { is: "same", says };
      if (files.are === "same") return { is: "same", says: `${says}, and ${files.says}` };
      return {
        is: "not known",
        says: `${says}, but a version of one of their ids may lie with another key: ${files.says}`,
      };
    }
    const added = after.n > before.n ? addedRows(each.get(id) ?? [], before, after) : null;
    if (added) {
      const first = added.reduce((least, r) => (r.ka < least ? r.ka : least), added[0]?.ka ?? 0n);
      const says = `${added.length} of the key's ${after.n} rows known by T, the first at ${formatInstant(first)}, were not there for run ${last.run} (T ${formatInstant(mark.t)}${source?.lookback == null ? "" : `, lookback ${source.lookback / 1e6} s`})`;
      return { is: "grown", says, hashes: added.map((r) => String(r.h)) };
    }
    const says = `the key had ${before.n} rows for run ${last.run} and has ${after.n} now, and they are not the same with some more; ${files.says}`;
    return { is: "changed", says };
  });
}

const NONE: Hashed = { n: 0n, h: 0n };
const MODULUS = 2n ** 64n;

interface HashedRow {
  readonly h: bigint;
  readonly ka: bigint;
}

/** The rows without which the key has the hash that was noted: one, two, or those known last or first. Null: none found. */
export function addedRows(rows: readonly HashedRow[], before: Hashed, after: Hashed): readonly HashedRow[] | null {
  const count = Number(after.n - before.n);
  const wanted = (((after.h - before.h) % MODULUS) + MODULUS) % MODULUS;
  const sum = (of: readonly HashedRow[]) => of.reduce((total, { h }) => (total + h) % MODULUS, 0n);
  if (count === rows.length) return sum(rows) === wanted ? rows : null;
  if (count === 1) {
    const one = rows.find(({ h }) => h === wanted);
    return one ? [one] : null;
  }
  if (count === 2) {
    const seen = new Map<bigint, HashedRow>();
    for (const row of rows) {
      const other = seen.get((((wanted - row.h) % MODULUS) + MODULUS) % MODULUS);
      if (other) return [other, row];
      seen.set(row.h, row);
    }
    return null;
  }
  // In the order of the files, and of when they were known: most late rows come together.
  for (const order of [rows, [...rows].sort((a, b) => (a.ka < b.ka ? -1 : 1))]) {
    for (let from = 0; from + count <= order.length; from++) {
      const some = order.slice(from, from + count);
      if (sum(some) === wanted) return some;
    }
  }
  return null;
}

interface FilesSince {
  readonly are: "same" | "changed" | "not known";
  readonly says: string;
}

function filesSince(then: readonly FileFingerprint[] | null, now: readonly FileFingerprint[] | null): FilesSince {
  if (!then || !now) return { are: "not known", says: "the source's files can't be looked at" };
  const known = new Map(now.map((f) => [f.path, f]));
  const other = then.filter(({ path, bytes, sha256 }) => {
    const file = known.get(path);
    return file?.bytes !== bytes || file.sha256 !== sha256;
  });
  const more = now.filter(({ path }) => !then.some((f) => f.path === path));
  if (other.length === 0 && more.length === 0)
    return { are: "same", says: "the source's files are as the run read them" };
  const named = [...other, ...more].slice(0, 3).map((f) => f.path);
  return {
    are: "changed",
    says: `${other.length} of the source's files changed and ${more.length} came since: ${named.join(", ")}`,
  };
}

async function hashesOf({ db }: LogContext, { view }: SubjectView, sql: string): Promise<ReadonlyMap<string, Hashed>> {
  const out = new Map<string, Hashed>();
  const names = view.keys.map((_, i) => `k${i}`);
  const select = `SELECT ${[...names, "n", "h::HUGEINT::VARCHAR AS h"].join(", ")} FROM (${sql})`;
  for await (const chunk of db.chunks(select)) {
    const keys = view.keys.map((k, i) => chunk.column(i, k.type));
    const n = chunk.column(names.length, { kind: "int64" });
    const h = chunk.column(names.length + 1, { kind: "string" });
    for (let row = 0; row < chunk.rows; row++) {
      const key: Value[] = keys.map((k) => k.get(row));
      // Only where a view has no key is there a row for no rows at all, and its sum is null.
      out.set(identity(key), { n: n.get(row) as bigint, h: BigInt((h.get(row) as string | null) ?? "0") });
    }
  }
  return out;
}

/** What the newest of the runs that computed a key noted of it; absent: it had no rows. */
async function recorded(
  context: LogContext,
  member: SubjectView,
  runs: readonly number[],
  given: string | undefined,
): Promise<ReadonlyMap<string, Hashed>> {
  const out = new Map<string, Hashed>();
  for (const run of runs) {
    const names = member.view.keys.map((_, i) => `k${i}`);
    const semi = given === undefined ? "" : ` SEMI JOIN ${given} USING (${names.join(", ")})`;
    const path = duckdb.text(context.evidence.keysPath(run));
    const found = await hashesOf(context, member, `SELECT * FROM read_parquet(${path})${semi}`);
    for (const [key, hashed] of found) if (!out.has(key)) out.set(key, hashed);
  }
  return out;
}

async function rowsOf(
  { db }: LogContext,
  { view }: SubjectView,
  sql: string,
): Promise<ReadonlyMap<string, HashedRow[]>> {
  const out = new Map<string, HashedRow[]>();
  const names = view.keys.map((_, i) => `k${i}`);
  const select = `SELECT ${[...names, "ka::BIGINT AS ka", "h::VARCHAR AS h"].join(", ")} FROM (${sql})`;
  for await (const chunk of db.chunks(select)) {
    const keys = view.keys.map((k, i) => chunk.column(i, k.type));
    const ka = chunk.column(names.length, { kind: "int64" });
    const h = chunk.column(names.length + 1, { kind: "string" });
    for (let row = 0; row < chunk.rows; row++) {
      const id = identity(keys.map((k) => k.get(row)));
      const own = out.get(id) ?? [];
      own.push({ ka: ka.get(row) as bigint, h: BigInt(h.get(row) as string) });
      out.set(id, own);
    }
  }
  return out;
}
