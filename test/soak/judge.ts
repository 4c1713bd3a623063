import { type Answer, evaluate, type OracleView, type Row, sameValue, type Type, type Value } from "../oracle/index.js";
import { type Definition, definitionOf, popularityOracle, spendingOracle } from "./definitions.js";
import type { Sample } from "./load.js";
import type { Entity } from "./questions.js";
import { type Told, type ToldRow, told } from "./told.js";

/** A materialization of all views: of which version, up to which T, and when it was under way. */
export interface Run {
  readonly definition: Definition;
  readonly watermark: bigint;
  readonly began: bigint;
  /** Null: it is under way, or was when all ended. */
  ended: bigint | null;
}

export interface Verdict {
  /** Values, statuses, or instants that are not what the oracle says. */
  readonly wrong: readonly string[];
  /** Answers made of more than one version. */
  readonly mixed: readonly string[];
  readonly values: number;
}

/** Looks at answers with the eyes of the oracle, which knows the rows and when what was materialized. */
export function judge(rows: readonly Row[], runs: readonly Run[]): (sample: Sample) => Verdict {
  const customers = byColumn(rows, "customer_id");
  const shops = byColumn(rows, "shop_id");
  return (sample) => {
    const verdict = { wrong: [] as string[], mixed: [] as string[], values: 0 };
    const which = () => `asked at ${sample.sent} by ${sample.way} ${sample.body.slice(0, 400)}`;
    let answer: Told;
    try {
      answer = told(sample.way, sample.body);
    } catch (error) {
      return { ...verdict, wrong: [`${error}: ${which()}`] };
    }
    const { t, watermark } = answer;
    if (answer.rows.length !== sample.entities.length) verdict.wrong.push(`${answer.rows.length} rows: ${which()}`);
    if (t < sample.sent || t > sample.received) verdict.wrong.push(`t is not of when it was asked: ${which()}`);
    const watermarks = new Set<bigint>();
    const versions = new Set(answer.rows.map(versionOf));
    if (versions.size > 1) verdict.mixed.push(`versions ${[...versions].join(", ")}: ${which()}`);
    for (const [i, row] of answer.rows.entries()) {
      const definition = definitionOf(versionOf(row));
      if (isMixed(row, definition)) verdict.mixed.push(`row ${i}: ${which()}`);
      const { customer_id, shop_id } = sample.entities[i] as Entity;
      const views = {
        spending: [spendingOracle(definition.spending), customers.get(customer_id) ?? [], BigInt(customer_id)],
        popularity: [popularityOracle(definition.popularity), shops.get(shop_id) ?? [], shop_id],
      } as const;
      for (const [view, [oracle, history, key]] of Object.entries(views)) {
        const possible = runsOf(runs, sample, view as "spending" | "popularity", definition);
        for (const run of possible) watermarks.add(run.watermark);
        verdict.values += Object.keys(row.values[view] ?? {}).length;
        // While a run is under way a key is wholly old or wholly new: one of the runs explains all of its values.
        const differences = possible.map((run) => differing(oracle, history, key, t, run.watermark, row, view));
        if (differences.some((names) => names.length === 0)) continue;
        const told = possible.map((run, n) => `at T ${run.watermark}: ${differences[n]?.join(", ")}`).join("; ");
        verdict.wrong.push(`row ${i}, ${view} of ${key}: ${told || "never materialized"}: ${which()}`);
      }
    }
    if (!watermarks.has(watermark)) verdict.wrong.push(`no run was at ${watermark}: ${which()}`);
    return verdict;
  };
}

function byColumn(rows: readonly Row[], column: string): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const value = String(row[column]);
    const group = groups.get(value);
    if (group) group.push(row);
    else groups.set(value, [row]);
  }
  return groups;
}

/** What the version's on-demand function says. */
const versionOf = ({ values }: ToldRow): number => Number(values["made"]?.["version"]);

function isMixed({ values }: ToldRow, definition: Definition): boolean {
  const { spending = {}, popularity = {}, made = {} } = values;
  const sum =
    spending["spent"] === null || popularity["sold"] === null ? null : add(spending["spent"], popularity["sold"]);
  return (
    Number(spending["definition"] ?? definition.spending) !== definition.spending ||
    Number(popularity["definition"] ?? definition.popularity) !== definition.popularity ||
    (made["both"] ?? null) !== sum
  );
}

const add = (a: unknown, b: unknown): string => String(BigInt(String(a)) + BigInt(String(b)));

/** Those whose state a request could meet: the last that had ended before it was sent, and all that ran meanwhile. */
function runsOf(
  runs: readonly Run[],
  { sent, received }: Pick<Sample, "sent" | "received">,
  view: "spending" | "popularity",
  definition: Definition,
): readonly Run[] {
  const own = runs.filter((run) => run.definition[view] === definition[view] && run.began <= received);
  const last = own.findLast((run) => run.ended !== null && run.ended < sent);
  return own.filter((run) => run === last || run.ended === null || run.ended >= sent);
}

/** What of the view is not what it would be at this T. */
function differing(
  oracle: OracleView,
  rows: readonly Row[],
  key: Value,
  t: bigint,
  watermark: bigint,
  { values, statuses }: ToldRow,
  view: string,
): string[] {
  if (t < watermark) return ["t is before T"];
  const expected = evaluate(oracle, rows as Row[], [key], t, { knownAtMost: watermark });
  const names = new Set([...Object.keys(values[view] ?? {}), ...Object.keys(statuses[view] ?? {})]);
  return [...names].flatMap((name) => {
    const answer = expected[name];
    const [value, status] = [values[view]?.[name] ?? null, statuses[view]?.[name]];
    if (answer && (status === undefined || status === answer.status) && isSame(answer, value)) return [];
    return [`${name} is ${value}, and the oracle says ${answer?.value}`];
  });
}

function isSame(answer: Answer, value: string | number | null): boolean {
  const type: Type = { kind: typeof answer.value === "bigint" ? "int64" : "float64" };
  return sameValue(type, answer, typeof value === "string" ? BigInt(value) : value);
}
