import type { SourceIR } from "@lockstep/core";
import type { Database } from "@lockstep/offline";
import type { OnlineStore, PushAnswer } from "@lockstep/online";
import type { Registry } from "@lockstep/registry";
import { combined, type ViewAnswer } from "./push-answer.js";
import { rowValidator, type ValidRow } from "./push-schema.js";
import { type PushTarget, pushTargets } from "./push-targets.js";
import { pushToView } from "./push-view.js";
import { tombstonesOf } from "./tombstones.js";

export interface PushContext {
  /** A connection that nothing else uses meanwhile. */
  readonly db: Database;
  readonly project: string;
  readonly store: OnlineStore;
  readonly registry: Registry;
}

/**
 * Puts rows of a source into every view over it, of every generation that is served or being filled. They count at
 * once, until a run's T reaches their knownAt. Bad rows don't hold up the others: an answer for each row, in their order.
 */
export async function push(
  context: PushContext,
  source: SourceIR["name"],
  rows: readonly unknown[],
): Promise<readonly PushAnswer[]> {
  const answers = rows.map((): { view: string; answer: ViewAnswer }[] => []);
  const done = new Set<number>();
  // A generation that an apply has opened meanwhile gets the rows too.
  for (;;) {
    const state = await context.registry.state();
    const targets = pushTargets(state, source).filter(({ generation }) => !done.has(generation));
    if (targets.length === 0) return answers.map(combined);
    const left = validated(targets, rows, answers);
    for (const target of targets) {
      await toTarget(context, target, left, answers);
      done.add(target.generation);
    }
  }
}

interface Given {
  readonly index: number;
  readonly rows: ReadonlyMap<SourceIR, ValidRow>;
}

type Answers = readonly { view: string; answer: ViewAnswer }[][];

/** The rows that fit every declaration of the source that they are pushed to, and were not refused before. */
function validated(targets: readonly PushTarget[], rows: readonly unknown[], answers: Answers): Given[] {
  const sources = [...new Set(targets.map((target) => target.source))];
  const validators = sources.map((source, i) => [source, rowValidator(source, i > 0)] as const);
  return rows.flatMap((row, index) => {
    if (isRejected(answers[index])) return [];
    const valid = new Map<SourceIR, ValidRow>();
    for (const [source, validate] of validators) {
      const result = validate(row);
      if ("row" in result) valid.set(source, result.row);
      else {
        answers[index]?.push({ view: "", answer: { status: "REJECTED", code: "ROW_INVALID", reason: result.reason } });
        return [];
      }
    }
    return [{ index, rows: valid }];
  });
}

async function toTarget(context: PushContext, target: PushTarget, given: readonly Given[], answers: Answers) {
  const { registry, project } = context;
  const tombstones = await tombstonesOf(registry, project, target.view.entity);
  const left = given.flatMap(({ index, rows }) => {
    const row = rows.get(target.source);
    return row === undefined || isRejected(answers[index]) ? [] : [{ index, row }];
  });
  const found = await pushToView(
    { ...context, tombstones, target },
    left.map(({ row }) => row),
  );
  left.forEach(({ index }, i) => {
    const answer = found[i];
    if (answer) answers[index]?.push({ view: target.view.name, answer });
  });
}

const isRejected = (given: Answers[number] | undefined): boolean =>
  given?.some(({ answer }) => answer.status === "REJECTED") ?? false;
