import type { AppliedVersion } from "@lockstep/registry";
import type { Cause } from "../causes.js";
import type { Judged } from "../classify.js";
import type { Disagreement } from "../compare.js";
import type { Marks } from "../context.js";
import { type Became, becameOf, rowsSince } from "../evidence/rows-since.js";
import type { Pushed } from "../pushes/pushed-rows.js";
import type { Subject } from "../subject.js";
import { byOthers, hypothesesOf } from "./hypotheses.js";
import type { LogContext } from "./log-context.js";
import { pushedThen } from "./pushed-then.js";
import { marksOfRow, type ServedRow } from "./served-row.js";
import { agreesWith, settled } from "./settled.js";

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

async function judgeAtMarks(
  context: LogContext,
  group: ServedGroup,
  { marks, disagreements }: AtMarks,
): Promise<Judged[]> {
  const { subject } = group;
  const numbers = [...new Set(disagreements.map((d) => d.row))];
  const places = new Map(numbers.map((row, place) => [row, place]));
  const rows = numbers.map((row) => group.rows[row] as ServedRow);
  const pushed = await pushedThen(context, subject, marks);
  const known = await hypothesesOf(context, group, rows, marks, pushed);
  const right = disagreements.some((d) => agreesWith(d.online, known.byAt, d.column, places.get(d.row)));
  const hypotheses = { ...known, others: right ? await byOthers(context, group, rows, marks) : [] };
  const judged: Judged[] = [];
  const open: Disagreement[] = [];
  for (const d of disagreements) {
    const place = places.get(d.row) as number;
    const row = rows[place] as ServedRow;
    const found = settled(context, group, d, row, place, hypotheses, marks);
    if (found) judged.push({ ...d, at: row.at, input: row.input, ...found });
    else open.push(d);
  }
  const rest = await byEvidence(context, group, open, marks, pushed);
  return [...judged, ...rest];
}

/** What remains is decided by what became of the rows that the runs read. */
async function byEvidence(
  context: LogContext,
  { subject, rows: all }: ServedGroup,
  open: readonly Disagreement[],
  marks: Marks,
  pushed: Pushed,
): Promise<Judged[]> {
  if (open.length === 0) return [];
  const numbers = [...new Set(open.map((d) => d.row))];
  const places = new Map(numbers.map((row, place) => [row, place]));
  const rows = numbers.map((row) => all[row] as ServedRow);
  const since = await rowsSince(context, subject, rows, marks, pushed);
  return open.map((d): Judged => {
    const place = places.get(d.row) as number;
    const { at, input } = rows[place] as ServedRow;
    const { is, says } = becameOf(since, subject, d.column, place, d.online);
    return { ...d, at, input, cause: CAUSE[is], evidence: says };
  });
}

const CAUSE: { readonly [B in Became["is"]]: Cause } = {
  late: "late",
  rewritten: "rewritten",
  wrong: "wrong state",
  "not known": "unknown",
};
