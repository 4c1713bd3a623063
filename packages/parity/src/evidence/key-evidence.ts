import { duckdb, givenKeysSql } from "@lockstep/compiler";
import { formatInstant, type SourceIR } from "@lockstep/core";
import { fingerprints } from "@lockstep/offline";
import { compareStamps, type Stamp } from "@lockstep/online";
import type { RegistryState } from "@lockstep/registry";
import type { ParityContext } from "../context.js";
import { identity, keyOf } from "../pool.js";
import type { Asked } from "../recompute.js";
import type { Subject, SubjectView } from "../subject.js";
import { addedRows, type Hashed, type HashedRow } from "./added-rows.js";
import { type FilesSince, filesSince } from "./files-since.js";
import { hashesNoted, hashesNow, rowsNow } from "./key-hashes.js";

/** What became of a key's rows since the run that its state was of. */
export type KeyEvidence =
  | { readonly is: "same"; readonly says: string }
  /** Without these rows they are what the run read. */
  | { readonly is: "grown"; readonly says: string; readonly hashes: readonly string[] }
  | { readonly is: "changed"; readonly says: string }
  | { readonly is: "not known"; readonly says: string };

/** For each row, the evidence of a member's key. */
export async function keyEvidence(
  context: ParityContext,
  subject: Subject,
  member: SubjectView,
  rows: readonly Asked[],
  mark: Stamp,
): Promise<KeyEvidence[]> {
  const { view } = member;
  const { db, sources, evidence, state, version } = context;
  const all = (is: "same" | "not known", says: string): KeyEvidence[] => rows.map(() => ({ is, says }));
  const keys = rows.map(({ input }) => keyOf(input, member));
  const whole = [...new Map(keys.filter((k) => !k.includes(null)).map((k) => [identity(k), k])).values()];
  const runs = runsUpTo(state, version.generations[view.name], mark);
  const [last] = runs;
  const source = subject.repo.sources.find((s) => s.name === view.source);
  if (last === undefined || !source) return all("not known", "the registry knows of no run that left it");
  if (!evidence) return all("not known", NOTHING(last));
  const noted = await Promise.all(runs.map((run) => evidence.get(run)));
  const files = filesSince(noted[0]?.files ?? null, await fingerprints(db, context.sources, source));
  const [{ engine } = { engine: "" }] = await db.rows("SELECT 'duckdb ' || version() AS engine");
  const hashed = noted.every((e) => e !== null && e.engine === engine);
  if (!hashed || (whole.length === 0 && view.keys.length > 0)) {
    if (files.are === "same") return all("same", files.says);
    return all("not known", files.are === "not known" ? NOTHING(last) : files.says);
  }
  const types = view.keys.map((k) => k.type);
  const given = whole.length === 0 ? undefined : `(${givenKeysSql(duckdb, types, whole)})`;
  const request = {
    dialect: duckdb,
    repo: subject.repo,
    view,
    relation: sources.relation,
    knownBy: mark.t,
    ...(given === undefined ? {} : { keys: given }),
  };
  const then = await hashesNoted(db, view, evidence, runs, given).catch(() => null);
  if (!then) return all("not known", `what run ${last} noted can't be read`);
  const now = await hashesNow(db, view, request);
  const each = await rowsNow(db, view, request);
  return keys.map((key): KeyEvidence => {
    const id = identity(key);
    const of = { before: then.get(id) ?? NONE, after: now.get(id) ?? NONE, rows: each.get(id) ?? [] };
    return keyBecame(of, { source, files, mark, run: last });
  });
}

const NOTHING = (run: number): string => `nothing is noted of what run ${run} read`;

/** The complete runs that a key's state may be of, up to the mark, the newest first: back to the last full one. */
function runsUpTo({ runs }: RegistryState, generation: number | undefined, mark: Stamp): number[] {
  const own = runs
    .filter((r) => r.generation === generation && r.state === "complete")
    .map((r) => ({ mode: r.mode ?? "full", stamp: { t: BigInt(r.watermark), run: r.run } }))
    .filter(({ stamp }) => compareStamps(stamp, mark) <= 0)
    .sort((a, b) => compareStamps(b.stamp, a.stamp));
  const full = own.findIndex(({ mode }) => mode === "full");
  return own.slice(0, full + 1).map(({ stamp }) => stamp.run);
}

interface KeyRows {
  readonly before: Hashed;
  readonly after: Hashed;
  readonly rows: readonly HashedRow[];
}

const NONE: Hashed = { n: 0n, h: 0n };

interface Since {
  readonly source: SourceIR;
  readonly files: FilesSince;
  readonly mark: Stamp;
  readonly run: number;
}

function keyBecame({ before, after, rows }: KeyRows, { source, files, mark, run }: Since): KeyEvidence {
  if (before.n === after.n && before.h === after.h) {
    const says = `the key's ${before.n} rows are those that run ${run} knew of`;
    // A version that took an event away lies with another key.
    if (source.id === undefined) return { is: "same", says };
    if (files.are === "same") return { is: "same", says: `${says}, and ${files.says}` };
    return {
      is: "not known",
      says: `${says}, but a version of one of their ids may lie with another key: ${files.says}`,
    };
  }
  const added = after.n > before.n ? addedRows(rows, before, after) : null;
  if (added) {
    const first = added.reduce((least, r) => (r.ka < least ? r.ka : least), added[0]?.ka ?? 0n);
    const lookback = source.lookback == null ? "" : `, lookback ${source.lookback / 1e6} s`;
    const says = `${added.length} of the key's ${after.n} rows known by T, the first at ${formatInstant(first)}, were not there for run ${run} (T ${formatInstant(mark.t)}${lookback})`;
    return { is: "grown", says, hashes: added.map((r) => String(r.h)) };
  }
  const says = `the key had ${before.n} rows for run ${run} and has ${after.n} now: some were changed or removed, not only added; ${files.says}`;
  return { is: "changed", says };
}
