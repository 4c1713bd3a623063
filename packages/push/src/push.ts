import type { SourceIR } from "@lockstep/core";
import type { OnlineStore, PushAnswer, Pusher } from "@lockstep/online";
import type { Registry } from "@lockstep/registry";
import { combined, type ViewAnswer } from "./push-answer.js";
import { type GivenRow, rowJson, rowValidator } from "./push-schema.js";
import { type PushTarget, pushTargets } from "./push-targets.js";
import { appendPush, type Prepared, preparePush } from "./push-view.js";
import { tombstonesOf } from "./tombstones.js";

export interface PushContext {
  readonly project: string;
  readonly store: OnlineStore;
  readonly registry: Pick<Registry, "state">;
}

export const createPusher = (context: PushContext): Pusher => ({
  push: (source, rows) => push(context, source, rows),
});

/** For each row, what the views have answered. */
type Answers = readonly { view: string; answer: ViewAnswer }[][];

/** How many rows are on their way at once: what a store is asked at a time stays small, so that it answers in time. */
const SLICE = 2_500;

/**
 * Puts rows of a source into every view over it, of every generation that is served or being filled. They count at
 * once, until a run's T reaches their knownAt. Bad rows don't hold up the others: an answer for each row, in their
 * order. One that a view refuses is written to none.
 */
export async function push(
  context: PushContext,
  source: SourceIR["name"],
  rows: readonly unknown[],
): Promise<readonly PushAnswer[]> {
  if (rows.length <= SLICE) return pushSlice(context, source, rows);
  const answers: PushAnswer[] = [];
  for (let from = 0; from < rows.length; from += SLICE) {
    answers.push(...(await pushSlice(context, source, rows.slice(from, from + SLICE))));
  }
  return answers;
}

async function pushSlice(
  context: PushContext,
  source: string,
  rows: readonly unknown[],
): Promise<readonly PushAnswer[]> {
  const answers: Answers = rows.map(() => []);
  const done = new Set<number>();
  // A generation that an apply has opened meanwhile gets the rows too.
  for (;;) {
    const state = await context.registry.state();
    const targets = pushTargets(state, source).filter(({ generation }) => !done.has(generation));
    if (targets.length === 0) return answers.map(combined);
    const valid = validated(targets, rows, answers);
    const prepared = await Promise.all(
      targets.map((target) => prepare(context, target, valid.get(target.source) ?? [])),
    );
    for (const one of prepared) note(one, one.answers, answers);
    const left = prepared.map((one) => ({ ...one, sent: one.sent.filter(({ index }) => !isRejected(answers[index])) }));
    const appended = await Promise.all(left.map(appendPush));
    for (const [i, found] of appended.entries()) note(left[i] as Prepared, found, answers);
    for (const { generation } of targets) done.add(generation);
  }
}

/** By the declaration of the source, the rows that fit all of those that they are pushed to, and were not refused before. */
function validated(
  targets: readonly PushTarget[],
  rows: readonly unknown[],
  answers: Answers,
): ReadonlyMap<SourceIR, readonly GivenRow[]> {
  const sources = [...new Set(targets.map((target) => target.source))];
  const validators = sources.map((source, i) => ({ source, validate: rowValidator(source, i > 0) }));
  const valid = new Map(sources.map((source) => [source, [] as GivenRow[]]));
  for (const [index, given] of rows.entries()) {
    if (isRejected(answers[index])) continue;
    const read = validators.map(({ source, validate }) => ({ source, result: validate(given) }));
    const wrong = read.flatMap(({ result }) => ("reason" in result ? [result.reason] : []));
    if (wrong[0] !== undefined) {
      answers[index]?.push({ view: "", answer: { status: "REJECTED", code: "ROW_INVALID", reason: wrong[0] } });
      continue;
    }
    for (const { source, result } of read) {
      if ("row" in result) valid.get(source)?.push({ index, row: result.row, json: rowJson(source, result.row) });
    }
  }
  return valid;
}

async function prepare({ registry, project, store }: PushContext, target: PushTarget, rows: readonly GivenRow[]) {
  const tombstones = await tombstonesOf(registry, project, target.view.entity);
  return preparePush({ store, tombstones, target }, rows);
}

function note({ push }: Prepared, found: ReadonlyMap<number, ViewAnswer>, answers: Answers): void {
  for (const [index, answer] of found) answers[index]?.push({ view: push.target.view.name, answer });
}

const isRejected = (given: Answers[number] | undefined): boolean =>
  given?.some(({ answer }) => answer.status === "REJECTED") ?? false;
