import { duckdb, withoutRows } from "@lockstep/compiler";
import { formatInstant } from "@lockstep/core";
import { checkSources } from "@lockstep/offline";
import { createReader, encodeKey, type Stamp } from "@lockstep/online";
import { type AppliedVersion, keyHash, type Tombstone } from "@lockstep/registry";
import type { Cause } from "../causes.js";
import type { Judged } from "../classify.js";
import type { Disagreement, Found } from "../compare.js";
import type { Marks } from "../context.js";
import { lossyType } from "../lossy.js";
import { memoryStates } from "../memory-states.js";
import { keyOf } from "../pool.js";
import { type Subject, type SubjectColumn, type SubjectView, serviceSubject } from "../subject.js";
import { agree } from "../tolerance.js";
import { type KeyEvidence, keyEvidence } from "./key-evidence.js";
import type { LogContext } from "./log-context.js";
import { type Asked, type Recomputation, type Recomputed, recompute } from "./recompute.js";
import { marksOfRow, type ServedRow } from "./served-row.js";

/** What was served, and what it is compared with. */
export interface ServedGroup {
  readonly subject: Subject;
  /** The version that answered; its definitions may be others than the subject's. */
  readonly answered: AppliedVersion;
  readonly rows: readonly ServedRow[];
}

/** Finds the cause of each disagreement: recomputes it under every hypothesis, and looks at what runs noted. */
export async function judgeServed(
  context: LogContext,
  group: ServedGroup,
  disagreements: readonly Disagreement[],
): Promise<Judged[]> {
  const out: Judged[] = [];
  for (const same of byMarks(group.rows, disagreements)) out.push(...(await judgeAtMarks(context, group, same)));
  return out;
}

interface AtMarks {
  readonly marks: Marks;
  readonly disagreements: Disagreement[];
}

function byMarks(rows: readonly ServedRow[], disagreements: readonly Disagreement[]): AtMarks[] {
  const groups = new Map<string, AtMarks>();
  for (const d of disagreements) {
    const marks = marksOfRow(rows[d.row] as ServedRow);
    const id = [...marks].map(([view, { t, run }]) => `${view} ${t} ${run}`).join();
    const group = groups.get(id) ?? { marks, disagreements: [] };
    group.disagreements.push(d);
    groups.set(id, group);
  }
  return [...groups.values()];
}

/** Each hypothesis' value of a disagreement. */
interface Hypotheses {
  /** Known by T, and by the right instant. */
  readonly byT: Recomputation;
  readonly byAt: Recomputation;
  /** The same at the instant that was served. */
  readonly clock: readonly Recomputation[];
  /** By the definition that answered. */
  readonly redefined: readonly (readonly (readonly Recomputed[] | null)[])[];
  /** By the right instant, by the definitions of other versions: what a frame may have been made from. */
  readonly others: readonly { readonly version: number; readonly of: readonly (readonly Recomputed[] | null)[] }[];
  /** Of a key without rows. */
  readonly nothing: readonly (readonly Found[])[];
}

async function judgeAtMarks(
  context: LogContext,
  group: ServedGroup,
  { marks, disagreements }: AtMarks,
): Promise<Judged[]> {
  const { subject } = group;
  const numbers = [...new Set(disagreements.map((d) => d.row))];
  const places = new Map(numbers.map((row, place) => [row, place]));
  const rows = numbers.map((row) => group.rows[row] as ServedRow);
  const served = rows.map(({ answer, input }) => ({ at: answer.t, input }));
  const another = group.answered.version !== context.version.version;
  const hypotheses: { -readonly [K in keyof Hypotheses]: Hypotheses[K] } = {
    byT: await recompute(context, subject, rows, marks),
    byAt: await recompute(context, subject, rows, null),
    clock: rows.some((r) => r.clockIsWrong)
      ? [await recompute(context, subject, served, marks), await recompute(context, subject, served, null)]
      : [],
    redefined: another ? await byAnswered(context, group, rows, marks) : [],
    others: [],
    nothing: await ofNothing(context, subject, rows, marks),
  };
  const right = disagreements.some((d) => agreesWith(d.online, hypotheses.byAt, d.column, places.get(d.row)));
  if (right) hypotheses.others = await byOthers(context, group, rows, marks);
  const judged: Judged[] = [];
  const open: Disagreement[] = [];
  for (const d of disagreements) {
    const place = places.get(d.row) as number;
    const row = rows[place] as ServedRow;
    const found = settled(context, group, d, row, place, hypotheses, marks);
    if (found) judged.push({ ...d, at: row.at, input: row.input, ...found });
    else open.push(d);
  }
  const rest = await byEvidence(context, group, open, marks);
  return [...judged, ...rest];
}

interface Settled {
  readonly cause: Cause;
  readonly evidence: string;
}

/** What recomputing alone decides; the first row that fits. */
function settled(
  context: LogContext,
  { subject, answered }: ServedGroup,
  d: Disagreement,
  row: ServedRow,
  place: number,
  { byT, byAt, clock, redefined, others, nothing }: Hypotheses,
  marks: Marks,
): Settled | null {
  const { online } = d;
  const { answer, at } = row;
  const is = (of: Values) => agreesWith(online, of, d.column, place);
  if (online.error === "STATE_CORRUPT")
    return { cause: "corrupt", evidence: "the stored bytes failed their checksum when they were read" };
  if (row.clockIsWrong && !is(byT) && clock.some(is)) {
    const apart = Number(answer.t - answer.wall) / 1e6;
    const evidence = `it is the value at ${formatInstant(answer.t)}; the server's wall clock said ${formatInstant(answer.wall)}, ${Math.abs(apart)} s ${apart > 0 ? "earlier" : "later"}`;
    return { cause: "clock", evidence };
  }
  if (is(byAt)) {
    // Only a frame's value can differ from that.
    const other = others.find(({ of }) => agreesWith(d.offline, of, d.column, place));
    if (other) {
      const evidence = `the frame has the value by the definition of version ${other.version}, and version ${answered.version} answered`;
      return { cause: "redefined", evidence };
    }
    return {
      cause: "rewritten",
      evidence: "the training query now gives what was served: the frame was made from other rows",
    };
  }
  const own = ownMembers(subject, subject.columns[d.column] as SubjectColumn);
  if (is(byT)) {
    const lags = own.flatMap(({ view }) => {
      const mark = marks.get(view.name);
      return mark ? [{ view: view.name, mark, lag: at - mark.t }] : [];
    });
    const [most] = lags.sort((a, b) => (a.lag > b.lag ? -1 : 1));
    const told = most
      ? `T of view '${most.view}' was ${formatInstant(most.mark.t)} (run ${most.mark.run}), ${Number(most.lag) / 1e6} s before the request; rows of that time were not there yet`
      : "it is the value of what was known by T";
    return { cause: "stale", evidence: told };
  }
  if (redefined.some(is)) {
    const evidence = `version ${answered.version} answered, and it is right by that one's definition; version ${context.version.version} is what it is compared with`;
    return { cause: "redefined", evidence };
  }
  const tombstone = own.map((member) => tombstoneOf(context, member, row)).find((t) => t !== undefined);
  if (tombstone) {
    const none = nothing[d.column]?.[place];
    if (none && same(online, { ...none, allowed: 0 }))
      return {
        cause: "forgotten",
        evidence: `the key was forgotten at ${tombstone.at}, and its rows are still in the source`,
      };
    const now = byAt[d.column]?.[place];
    if (none && now && same(none, now))
      return {
        cause: "forgotten",
        evidence: `the key was forgotten at ${tombstone.at}, and its rows are gone from the source`,
      };
  }
  for (const right of [byT, byAt].map((of) => of[d.column]?.[place])) {
    const lost = right && right.status === online.status ? lossyType(right.value, online.value) : null;
    if (lost !== null && lost !== undefined)
      return { cause: "lossy type", evidence: `what was served is the right value as a ${lost}` };
  }
  return null;
}

type Values = Recomputation | readonly (readonly Recomputed[] | null)[];

function agreesWith(found: Found, of: Values, column: number, place: number | undefined): boolean {
  const value = of[column]?.[place ?? -1];
  return value !== undefined && value !== null && same(found, value);
}

const same = (served: Found, right: Recomputed): boolean =>
  served.status === right.status && served.error === right.error && agree(served.value, right.value, right.allowed);

/** The views that a column is of; an on-demand feature may read any. */
function ownMembers({ members }: Subject, { view, of }: SubjectColumn): readonly SubjectView[] {
  return of === null ? members : members.filter((m) => m.member.alias === view);
}

function tombstoneOf({ state, version }: LogContext, member: SubjectView, { input }: ServedRow): Tombstone | undefined {
  if (state.forgotten.length === 0) return undefined;
  const { view } = member;
  const types = view.keys.map((k) => k.type);
  const key = encodeKey(view.entity ?? "", types, keyOf(input, member));
  if (key === null) return undefined;
  const hash = keyHash(version.repo.project, key);
  return state.forgotten.find((f) => f.entity === view.entity && f.key === hash);
}

/** The values by the version that answered, for the subject's columns that it has. */
async function byAnswered(
  context: LogContext,
  { subject, answered }: ServedGroup,
  rows: readonly ServedRow[],
  marks: Marks,
) {
  const service = answered.repo.services.find((s) => s.name === subject.name);
  if (!service) return [];
  const own = serviceSubject(answered.repo, service);
  const asked = rows.map(({ answer, row, at }) => ({
    at,
    input: service.inputs.map(
      ({ name }) => answer.inputs[answer.shape.inputs.findIndex((i) => i.name === name)]?.[row] ?? null,
    ),
  }));
  const sources = await checkSources(context.db, context.sources, answered.repo.sources);
  const by = { ...context, sources, computations: await context.computationsOf(answered) };
  const both = [await recompute(by, own, asked, marks), await recompute(by, own, asked, null)];
  const places = subject.columns.map(({ name }) => own.columns.findIndex((c) => c.name === name));
  return both.map((of) => places.map((place) => of[place] ?? null));
}

/** How many versions back a frame's definition is looked for. */
const VERSIONS_BACK = 5;

async function byOthers(context: LogContext, group: ServedGroup, rows: readonly ServedRow[], marks: Marks) {
  const others = context.state.versions.filter((v) => v.version !== context.version.version).slice(-VERSIONS_BACK);
  const out: { version: number; of: readonly (readonly Recomputed[] | null)[] }[] = [];
  for (const answered of others.reverse()) {
    const [, of] = await byAnswered(context, { ...group, answered }, rows, marks);
    if (of) out.push({ version: answered.version, of });
  }
  return out;
}

/** What is answered for keys that have no state. */
async function ofNothing(
  context: LogContext,
  subject: Subject,
  rows: readonly Asked[],
  marks: Marks,
): Promise<Found[][]> {
  const out = subject.columns.map((): Found[] => []);
  if (context.state.forgotten.length === 0) return out;
  const { generations } = context.version;
  const published = new Map<number, Stamp>(
    Object.entries(generations).map(([view, g]) => [g, marks.get(view) ?? { t: -(2n ** 63n), run: 0 }]),
  );
  const serving = {
    repo: subject.repo,
    computations: context.computations,
    generations: new Map(Object.entries(generations)),
  };
  const store = memoryStates(new Map(), published);
  const reader = createReader({ store, serving: () => serving, now: () => context.now });
  for (const { at, input } of rows) {
    const record = Object.fromEntries(subject.service.inputs.map((i, n) => [i.name, input[n]]));
    const answer = await reader.read(subject.service.name, [record], { at });
    subject.columns.forEach(({ name }, c) => {
      const column = answer.columns.find((own) => own.name === name);
      out[c]?.push({ value: column?.values[0] ?? null, status: column?.statuses[0] ?? "NULL" });
    });
  }
  return out;
}

/** What remains is decided by what became of the rows that the runs read. */
async function byEvidence(
  context: LogContext,
  { subject, rows: all }: ServedGroup,
  open: readonly Disagreement[],
  marks: Marks,
): Promise<Judged[]> {
  if (open.length === 0) return [];
  const numbers = [...new Set(open.map((d) => d.row))];
  const places = new Map(numbers.map((row, place) => [row, place]));
  const rows = numbers.map((row) => all[row] as ServedRow);
  const evidence = new Map<SubjectView, readonly KeyEvidence[]>();
  for (const member of subject.members) {
    const mark = marks.get(member.view.name);
    if (mark) evidence.set(member, await keyEvidence(context, subject, member, rows, mark));
  }
  const without = await withoutLate(context, subject, rows, marks, evidence);
  return open.map((d): Judged => {
    const place = places.get(d.row) as number;
    const row = rows[place] as ServedRow;
    const own = ownMembers(subject, subject.columns[d.column] as SubjectColumn).flatMap((member) => {
      const found = evidence.get(member)?.[place];
      return found ? [found] : [];
    });
    const found = causeOf(d, own, without?.[d.column]?.[place]);
    return { ...d, at: row.at, input: row.input, ...found };
  });
}

export function causeOf(d: Disagreement, own: readonly KeyEvidence[], without: Recomputed | undefined): Settled {
  const says = (is: KeyEvidence["is"]) =>
    own
      .filter((e) => e.is === is)
      .map((e) => e.says)
      .join("; ");
  const has = (is: KeyEvidence["is"]) => own.some((e) => e.is === is);
  if (has("grown") && without && same(d.online, without))
    return { cause: "late", evidence: `${says("grown")}; without them the value is what was served` };
  if (has("changed")) return { cause: "rewritten", evidence: says("changed") };
  if (has("not known")) return { cause: "unknown", evidence: says("not known") };
  if (own.length === 0) return { cause: "unknown", evidence: "the log doesn't say which views it was read from" };
  if (has("grown"))
    return { cause: "wrong state", evidence: `${says("grown")}; without them the value is still not what was served` };
  return { cause: "wrong state", evidence: `${says("same")}, and a build of them at the same T gives another value` };
}

/** The values as if the rows that came since had not come; null: none has. */
async function withoutLate(
  context: LogContext,
  subject: Subject,
  rows: readonly ServedRow[],
  marks: Marks,
  evidence: ReadonlyMap<SubjectView, readonly KeyEvidence[]>,
): Promise<Recomputation | null> {
  let changed: Pick<Parameters<typeof withoutRows>[0], "repo" | "relation"> = {
    repo: subject.widened.repo,
    relation: context.sources.relation,
  };
  const done = new Set<string>();
  for (const [{ view }, each] of evidence) {
    const hashes = each.flatMap((e) => (e.is === "grown" ? e.hashes : []));
    // Views of one source that read other columns hash other things: the first tells which rows are late.
    if (hashes.length === 0 || done.has(view.source)) continue;
    done.add(view.source);
    changed = withoutRows({ dialect: duckdb, view: viewNamed(subject, view.name), ...changed }, [...new Set(hashes)]);
  }
  if (done.size === 0) return null;
  const sources = { ...context.sources, relation: changed.relation };
  const widened = { ...subject.widened, repo: changed.repo };
  return recompute({ ...context, sources }, { ...subject, widened }, rows, marks);
}

const viewNamed = ({ repo }: Subject, name: string) =>
  repo.views.find((v) => v.name === name) as Subject["repo"]["views"][number];
