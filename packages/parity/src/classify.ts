import { formatInstant, type Value } from "@lockstep/core";
import {
  compareStamps,
  createReader,
  encodeKey,
  type OnlineStore,
  readStamp,
  type Serving,
  type Stamp,
} from "@lockstep/online";
import { keyHash } from "@lockstep/registry";
import type { Cause } from "./causes.js";
import { type Disagreement, type Found, foundOnline } from "./compare.js";
import { type Marks, marksOf, type ParityContext } from "./context.js";
import { freshBuild } from "./fresh-build.js";
import { lossyType } from "./lossy.js";
import { decodeOnce, memoryStates } from "./memory-states.js";
import { type OnlineColumn, onlineAnswers } from "./online-answers.js";
import { identity, keyOf } from "./pool.js";
import type { Question } from "./questions.js";
import type { RateLimit } from "./rate-limit.js";
import { snapshot } from "./snapshot.js";
import type { Subject, SubjectView } from "./subject.js";
import { agree } from "./tolerance.js";

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
}

/**
 * Finds each disagreement's cause: looks at the stored bytes once more, and recomputes the online answer from states
 * freshly built at the same T.
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
  const ask = async (store: Pick<OnlineStore, "read">) => {
    const reader = createReader({
      store,
      serving: () => context.serving,
      now: () => context.now,
      decode: decodeOnce(),
    });
    return onlineAnswers(reader, subject, again);
  };
  const stored = await storedStates(context, subject, inputs);
  const wanted = await ask(memoryStates(await freshStates(context, subject, inputs), publishedOf(context)));
  const second = await ask(await snapshot(context, subject, again));
  const moved = second.skipped > 0 || !sameMarks(context.marks, await marksOf(context), subject);
  return disagreements.map((d): Judged => {
    const place = places.get(d.row) as number;
    const { at, input } = rows[place] as Row;
    const about = { ...d, at, input };
    const { view } = subject.columns[d.column] as Subject["columns"][number];
    // An on-demand feature may read any of the views.
    const own = subject.members.filter((m) => m.member.alias === view);
    const states = (stored[place] ?? []).filter((s) => own.length === 0 || own.includes(s.member));
    if (moved) return { ...about, cause: null, evidence: "another run was published meanwhile" };
    if (states.some((s) => s.stamp !== null && compareStamps(s.stamp, s.mark) > 0))
      return { ...about, cause: null, evidence: "the key's state is of a run under way" };
    const evidence = {
      rebuilt: foundOnline(wanted.columns[d.column] as OnlineColumn, place),
      reread: foundOnline(second.columns[d.column] as OnlineColumn, place),
      states,
      forgotten: states.some((s) => isForgotten(context, s)),
    };
    return { ...about, ...causeOf(d, evidence) };
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

interface Evidence {
  /** The answer from freshly built states. */
  readonly rebuilt: Found;
  /** The answer of the store, asked again. */
  readonly reread: Found;
  readonly states: readonly StoredState[];
  readonly forgotten: boolean;
}

/** The first row that fits. */
export function causeOf(
  d: Disagreement,
  { rebuilt, reread, states, forgotten }: Evidence,
): { cause: Cause; evidence: string } {
  const { offline, online, allowed } = d;
  if (!same(online, reread, 0))
    return { cause: "unknown", evidence: "the online store answered the same request in two ways" };
  if (online.error === "STATE_CORRUPT") return { cause: "corrupt", evidence: "the stored bytes fail their checksum" };
  if (forgotten && states.every((s) => s.stamp === null))
    return { cause: "forgotten", evidence: "the registry has a tombstone for the key, and its rows are in the source" };
  if (!same(offline, rebuilt, allowed)) {
    const what = rebuilt.error ?? `${String(rebuilt.value)} ${rebuilt.status}`;
    return {
      cause: "unknown",
      evidence: `the training query and a fresh build of the state disagree: the build gives ${what}`,
    };
  }
  const lost = online.status === offline.status ? lossyType(offline.value, online.value) : null;
  if (lost !== null) return { cause: "lossy type", evidence: `the stored value is the right one as a ${lost}` };
  return { cause: "wrong state", evidence: stateEvidence(online, states) };
}

const same = (a: Found, b: Found, allowed: number): boolean =>
  a.status === b.status && a.error === b.error && agree(a.value, b.value, allowed);

function stateEvidence(online: Found, states: readonly StoredState[]): string {
  if (online.error === "STATE_LAYOUT") return "the stored state was written for another definition of the view";
  if (online.error !== undefined) return `the read fails with ${online.error}`;
  if (states.some((s) => s.stamp === null)) return "no state is stored for the key, and the source has rows of it";
  const behind = states.find((s) => s.stamp !== null && compareStamps(s.stamp, s.mark) < 0);
  return behind?.stamp
    ? `the key's state is of run ${behind.stamp.run}, T ${formatInstant(behind.stamp.t)}; a fresh build at the T of run ${behind.mark.run} gives another one`
    : "the bytes are intact, and a fresh build at the same T gives other ones";
}

interface StoredState {
  readonly member: SubjectView;
  readonly key: Uint8Array;
  /** Null: none is stored. */
  readonly stamp: Stamp | null;
  readonly mark: Stamp;
}

/** What is stored for each row's keys: only the stamps are looked at. */
async function storedStates(
  { store, version, marks, limit }: JudgeContext,
  { members }: Subject,
  inputs: readonly (readonly Value[])[],
): Promise<StoredState[][]> {
  const reads = inputs.flatMap((input, row) =>
    members.flatMap((member) => {
      const key = keyBytes(member, input);
      return key === null ? [] : [{ row, member, key, generations: [version.generations[member.view.name] as number] }];
    }),
  );
  await limit.take(reads.length);
  const { states } = await store.read(reads, Object.values(version.generations));
  const out = inputs.map((): StoredState[] => []);
  reads.forEach(({ row, member, key }, i) => {
    const bytes = states[i]?.[0] ?? null;
    const mark = marks.get(member.view.name) as Stamp;
    out[row]?.push({ member, key, stamp: bytes === null ? null : stampOf(bytes), mark });
  });
  return out;
}

const keyBytes = (member: SubjectView, input: readonly Value[]): Uint8Array | null =>
  encodeKey(
    member.view.entity ?? "",
    member.view.keys.map((k) => k.type),
    keyOf(input, member),
  );

function stampOf(bytes: Uint8Array): Stamp | null {
  try {
    return readStamp(bytes);
  } catch {
    return null;
  }
}

const isForgotten = ({ state, version }: ParityContext, { member, key }: StoredState): boolean =>
  state.forgotten.length > 0 &&
  state.forgotten.some((f) => f.entity === member.view.entity && f.key === keyHash(version.repo.project, key));

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
