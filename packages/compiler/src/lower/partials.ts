import type { PartialSpec, WindowFeatureIR } from "@lockstep/core";
import type { Dialect } from "../dialects/dialect.js";
import { inputColumn } from "./events.js";

/** A partial of some feature over the rows of a window: computed once, whoever asks for it. */
export interface PartialUse {
  readonly spec: PartialSpec;
  /** Which of the caller's windows; each relation has its own condition for it. Null: all rows. */
  readonly window: number | null;
}

/** The condition that a row of some relation counts for a window; null: every row that is joined does. */
export type WindowCondition = (window: number) => string | null;

/** Collects distinct partials and names their columns `p0, p1, ..`. */
export class PartialColumns {
  readonly #uses: { use: PartialUse; columns: readonly string[] }[] = [];
  readonly #byId = new Map<string, number>();
  #count = 0;

  constructor(readonly dialect: Dialect) {}

  /** The names of the partial's state columns. */
  columns(use: PartialUse): readonly string[] {
    const id = JSON.stringify(use);
    let at = this.#byId.get(id);
    if (at === undefined) {
      const width = this.dialect.partials[use.spec.fn].columns;
      const columns = Array.from({ length: width }, () => `p${this.#count++}`);
      at = this.#uses.push({ use, columns }) - 1;
      this.#byId.set(id, at);
    }
    return this.#uses[at]?.columns ?? [];
  }

  /** All state columns, in the order in which the others select them. */
  names(): string[] {
    return this.#uses.flatMap(({ columns }) => columns);
  }

  /** `sum(i0) FILTER (..) AS p0, ..` over rows. */
  collect(condition: WindowCondition = always): string[] {
    return this.#select(({ spec, window }) => this.#collectOne(spec, of(condition, window)));
  }

  /** The same columns merged from states. */
  merge(window: string | null = null): string[] {
    return this.#select(({ spec }, columns) =>
      this.dialect.partials[spec.fn].merge(columns, spec, { filter: null, window }),
    );
  }

  /** These columns merged from another set's states, of which those of a window count. */
  mergeFrom(states: PartialColumns, condition: WindowCondition): string[] {
    return this.#select(({ spec, window }) =>
      this.dialect.partials[spec.fn].merge(states.columns({ spec, window: null }), spec, {
        filter: of(condition, window),
        window: null,
      }),
    );
  }

  /** What the online store keeps of each, in order. */
  store(): string[] {
    const { dialect } = this;
    return this.#uses.flatMap(({ use: { spec }, columns }) =>
      dialect.partials[spec.fn]
        .store(columns, spec)
        .map((sql, i) => dialect.emit(spec.storage[i]?.type ?? { kind: "int64" }, sql)),
    );
  }

  #collectOne(spec: PartialSpec, condition: string | null): readonly string[] {
    const argument = spec.input === null ? "*" : inputColumn(spec.input);
    return this.dialect.partials[spec.fn].collect({ argument, at: "et", rank: "rk" }, spec, rowFilter(spec, condition));
  }

  #select(sql: (use: PartialUse, columns: readonly string[]) => readonly string[]): string[] {
    return this.#uses.flatMap(({ use, columns }) => sql(use, columns).map((s, i) => `${s} AS ${columns[i]}`));
  }
}

/** The partials of some features over all rows. */
export function partialsOf(dialect: Dialect, specs: readonly PartialSpec[]): PartialColumns {
  const partials = new PartialColumns(dialect);
  for (const spec of specs) partials.columns({ spec, window: null });
  return partials;
}

/** One state for each `rid` from several queries, no two of which count the same event. */
export const mergedSql = (partials: PartialColumns, queries: readonly string[]): string =>
  `SELECT rid, ${partials.merge().join(", ")} FROM (
    ${queries.join("\n    UNION ALL ")}
  ) GROUP BY rid`;

const always: WindowCondition = () => null;
const of = (condition: WindowCondition, window: number | null) => (window === null ? null : condition(window));

/** The rows that count for a partial, of those in its window. */
export function rowFilter(spec: PartialSpec, condition: string | null): string | null {
  const filters = [
    ...(condition === null ? [] : [condition]),
    ...(spec.where === null ? [] : [inputColumn(spec.where)]),
    ...(spec.ignoreNulls && spec.input !== null ? [`${inputColumn(spec.input)} IS NOT NULL`] : []),
  ];
  return filters.length > 0 ? filters.join(" AND ") : null;
}

/** A feature's value from its partials' columns. `where` is SQL for the text that names an overflow's place. */
export function finishSql(
  dialect: Dialect,
  feature: WindowFeatureIR,
  columns: readonly (readonly string[])[],
  where: string,
): string {
  const of = { argument: feature.argument?.type ?? null, params: feature.params ?? {} };
  return dialect.finish[feature.aggregate](columns, of, where);
}
