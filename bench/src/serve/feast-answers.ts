import { isDeepStrictEqual } from "node:util";
import { tableFromIPC } from "apache-arrow";
import { connected, exchange } from "./connection.js";
import { FEATURES_PER_VIEW, VIEWS } from "./declarations.js";
import { requestOf, type Way } from "./requests.js";
import { sampled } from "./same-answers.js";

/** By the name of a feature: what an answer says of it, for each entity. */
type Columns = Readonly<Record<string, unknown>>;

const ENTITY = "customer_id";

/**
 * Throws where ours and Feast's server differ in a value, in whatever way they are asked, or in a status or an event time
 * where the answer has them; or where Feast has no value.
 */
export async function checkFeastAnswers(ours: number, feast: number, keys: number): Promise<void> {
  const ids = sampled(keys);
  const asked = async (port: number, way: Way): Promise<Buffer> => body(port, requestOf(way, ids, VIEWS));
  const expected = vectors(await asked(feast, "feastService"));
  const { [ENTITY]: entities, ...features } = values(expected);
  if (!isDeepStrictEqual(entities, ids)) throw new Error("Feast answers other entities");
  const present = Object.values(features).flat().filter(Number.isFinite);
  if (present.length !== ids.length * VIEWS * FEATURES_PER_VIEW) throw new Error("values of Feast are missing");

  same("Feast, by a list", vectors(await asked(feast, "feastList")), expected);
  same("ours, as Feast, by a service", vectors(await asked(ours, "feastService")), expected);
  same("ours, as Feast, by a list", vectors(await asked(ours, "feastList")), expected);
  same("ours", rows(await asked(ours, "features")), features);
  same("ours, as Arrow", arrow(await asked(ours, "arrow")), features);
}

async function body(port: number, request: Buffer): Promise<Buffer> {
  const socket = await connected(port);
  try {
    const kept: Buffer[] = [];
    const { status, head } = await exchange(socket, request, kept);
    if (status !== 200) throw new Error(`${head}\n${Buffer.concat(kept)}`);
    return Buffer.concat(kept);
  } finally {
    socket.destroy();
  }
}

interface Vector {
  readonly values: readonly unknown[];
}

/** Of an answer in Feast's form: values, statuses and event times. */
function vectors(answer: Buffer): Readonly<Record<string, Vector>> {
  const { metadata, results } = JSON.parse(answer.toString()) as {
    readonly metadata: { readonly feature_names: readonly string[] };
    readonly results: readonly Vector[];
  };
  return Object.fromEntries(metadata.feature_names.map((name, i) => [name, results[i] as Vector]));
}

const values = (found: Readonly<Record<string, Vector>>): Readonly<Record<string, readonly unknown[]>> =>
  Object.fromEntries(Object.entries(found).map(([name, vector]) => [name, vector.values]));

function rows(answer: Buffer): Columns {
  const { rows } = JSON.parse(answer.toString()) as { readonly rows: readonly Columns[] };
  return Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, rows.map((row) => row[name])]));
}

function arrow(answer: Buffer): Columns {
  const table = tableFromIPC(answer);
  return Object.fromEntries(table.schema.fields.map(({ name }) => [name, Array.from(table.getChild(name) ?? [])]));
}

function same(who: string, found: Columns, expected: Columns): void {
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const [one, other] = [found[name], expected[name]];
    if (isDeepStrictEqual(one, other)) continue;
    throw new Error(`${name}, ${who}: ${text(one)} is not Feast's ${text(other)}`);
  }
}

const text = (column: unknown): string => String(JSON.stringify(column)).slice(0, 300);
