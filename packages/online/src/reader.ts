import type { Instant } from "@lockstep/core";
import type { AnswerError, AnswerOrigin, FeatureReader, Serving } from "./answer.js";
import { answerColumn } from "./answer-column.js";
import { aheadStates, answeredViews } from "./answer-origin.js";
import { cellStates } from "./cell-states.js";
import type { decodeState } from "./decode-state.js";
import { keyReads } from "./key-reads.js";
import type { OutcomeColumn } from "./outcome-column.js";
import { type Outcomes, onDemandOutcomes, viewOutcomes } from "./outcomes.js";
import { pushedStates } from "./pushed-states.js";
import { requestInstant, watermarkOf } from "./request-instant.js";
import { inputColumns } from "./request-rows.js";
import type { PlannedColumn, ServicePlan } from "./service-plan.js";
import { servicePlan } from "./service-plans.js";
import type { CompletedRuns, KeyRead, OnlineStore, ReadResult } from "./store.js";

export interface ReaderOptions {
  readonly store: Pick<OnlineStore, "read">;
  /** What is served now: the same object for as long as it is. */
  readonly serving: () => Serving | Promise<Serving>;
  readonly now: () => Instant;
  /** Whether pushed rows count. Default: they do. */
  readonly pushes?: boolean;
  /** In place of `decodeState`, for who asks about the same bytes many times. */
  readonly decode?: typeof decodeState;
  /** A store that is behind these has lost something: STORE_ROLLED_BACK. Default: nothing is known of runs. */
  readonly completed?: () => CompletedRuns | Promise<CompletedRuns>;
}

const UNKNOWN: CompletedRuns = new Map();

/** Answers feature services from an online store: one round trip a request, whatever its rows and views. */
export function createReader(options: ReaderOptions): FeatureReader {
  const { store, serving, now, decode, completed = () => UNKNOWN, pushes = true } = options;
  return {
    read: async (service, rows, options = {}) => {
      const served = options.serving ?? (await serving());
      const plan = servicePlan(served, service, options.columns);
      const inputs = inputColumns(plan.inputs, rows);
      const keys = keyReads(plan, inputs, rows.length, pushes);
      const runs = await completed();
      const read = await readStates(store, plan, keys.reads);
      const { published } = read;
      const watermark = watermarkOf(plan, published, runs);
      const states = cellStates(keys.cells, read, inputs, decode);
      const { t, ahead } = requestInstant(options.at, now, plan, published, keys.cells, states);
      const pushed = pushedStates(keys.cells, read, states, inputs, t);
      const views = viewOutcomes(plan, keys, pushed, inputs, t);
      const run = () => onDemandOutcomes(plan, views, inputs, rows.length, t);
      const { aroundOnDemands } = options;
      const onDemands = aroundOnDemands && plan.onDemands.length > 0 ? aroundOnDemands(run) : run();
      const errors: AnswerError[] = [];
      const columns = plan.columns.map((column) => answerColumn(column, outcomesOf(column, views, onDemands), errors));
      const origin: AnswerOrigin = {
        version: served.version ?? null,
        inputs: plan.inputs,
        values: inputs,
        views: answeredViews(plan, published),
        ahead: aheadStates(keys, states, ahead),
      };
      return { service, t, watermark, rows: rows.length, columns, errors, origin };
    },
  };
}

const outcomesOf = ({ kind, member, index }: PlannedColumn, views: Outcomes, onDemands: Outcomes): OutcomeColumn =>
  (kind === "view" ? views : onDemands)[member]?.[index] as OutcomeColumn;

function readStates(
  store: ReaderOptions["store"],
  { generations }: ServicePlan,
  reads: readonly KeyRead[],
): ReadResult | Promise<ReadResult> {
  if (generations.length === 0) return { states: [], published: new Map() };
  return store.read(reads, generations);
}
