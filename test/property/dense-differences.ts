import type { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { type Answer, evaluate, type OracleFeature, sameValue, type Value } from "../oracle/index.js";
import { serve } from "../support/serve.js";
import { type ComparedValues, distinctFeatures } from "./compared-values.js";
import type { DenseCase } from "./dense.js";
import { edgeInstants, featureEdges } from "./edge-instants.js";
import { keyOracles } from "./key-oracle.js";
import { loadRows, tableSources } from "./table-source.js";

/** One in so many answers of the oracle is asked for again from all rows at once, as it is written. */
const PLAIN = 40;

/** Where a store's answers at the edges of a dense case are not the oracle's. One read asks for all keys. */
export async function denseDifferences(
  db: Database,
  store: OnlineStore,
  c: DenseCase,
  compared: ComparedValues,
): Promise<string[]> {
  const table = await loadRows(db, c.rows);
  const { repo, reader } = await serve(db, store, c.service, tableSources(table), c.watermark);
  await db.run(`DROP TABLE ${table}`);
  const [view] = repo.views;
  const definition = JSON.stringify({ view, sources: repo.sources });
  const features = distinctFeatures(c.oracle.features, view?.features ?? []);
  compared.features += features.length;
  const oracleOf = keyOracles(c.oracle, [...c.rows], c.watermark);
  const keys = c.asked.map((key) => ({ key, ...oracleOf([...key]) }));
  const edges = featureEdges(c.oracle, features, keys, c.watermark);
  const instants = edgeInstants(edges, c.watermark);
  const rows = c.asked.map((key) => Object.fromEntries(c.keys.map((k, i) => [k, key[i]])));
  const differences: string[] = [];
  const before = await reader.read("s", rows, { at: c.watermark - 1n }).then(
    () => "values",
    (error) => error.code,
  );
  if (before !== "BEFORE_WATERMARK") differences.push(`a microsecond before T: ${before}`);

  for (const [n, t] of instants.entries()) {
    const answer = await reader.read("s", rows, { at: t });
    if (answer.t !== t) differences.push(`asked for ${t}, answered for ${answer.t}`);
    for (const error of answer.errors) differences.push(`an error at ${t}: ${JSON.stringify(error)}`);
    const columns = new Map(answer.columns.map((column) => [column.name.slice("v__".length), column]));
    keys.forEach(({ key, answer: wanted }, i) => {
      if (!compared.isNew(definition, c.watermark, key, t)) return;
      const plain = (n * keys.length + i) % PLAIN === 0 ? evaluateAll(c, key, t) : null;
      for (const feature of features) {
        const expected = wanted(feature, t);
        const column = columns.get(feature.name);
        const [value, status] = [column?.values[i] as Value, column?.statuses[i] ?? "none"];
        compared.count(expected.status, expected.value);
        if (plain && !sameAnswer(expected, plain[feature.name])) {
          differences.push(`the oracle contradicts itself: ${feature.name} at ${t} key ${String(key)}`);
        }
        if (!isAs(c, feature, expected, value, status)) {
          differences.push(
            `${feature.name} at ${t} (T ${c.watermark}) key ${String(key)}: online ${status} ${String(value)}, oracle ${expected.status} ${String(expected.value)}`,
          );
        }
      }
    });
  }
  compared.countKnown(c.oracle, c.rows, c.watermark);
  compared.countEdges(c.oracle, edges, instants);
  return differences;
}

const evaluateAll = (c: DenseCase, key: readonly Value[], t: bigint): Record<string, Answer> =>
  evaluate(c.oracle, [...c.rows], [...key], t, { knownAtMost: c.watermark });

const sameAnswer = (a: Answer, b: Answer | undefined): boolean =>
  b !== undefined && a.status === b.status && a.tolerance === b.tolerance && stringOf(a.value) === stringOf(b.value);

const stringOf = (value: Value): string =>
  Array.isArray(value) ? `[${value.map(stringOf).join()}]` : Object.is(value, -0) ? "-0" : `${typeof value} ${value}`;

const isAs = (c: DenseCase, { name }: OracleFeature, expected: Answer, value: Value, status: string): boolean => {
  const type = c.types.get(name);
  return type !== undefined && sameValue(type, expected, value) && expected.status === status;
};
