import { API_KEY } from "./api-key.js";
import { FEATURES_PER_VIEW, SERVICE, VIEWS } from "./declarations.js";

async function post(port: number, path: string, body: object): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": API_KEY },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${text}`);
  return text;
}

const ask = (port: number, ids: readonly number[]): Promise<string> =>
  post(port, "/features", { service: SERVICE, entities: ids.map((customer_id) => ({ customer_id })) });

/** So many of the keys, far from each other. */
export const sampled = (keys: number): number[] => Array.from({ length: 200 }, (_, i) => Math.floor((i / 200) * keys));

const ROWS = '"rows":';

export const sameAnswers = {
  /** What stands before the rows of every answer: the clock stands still. */
  async head(port: number): Promise<string> {
    const text = await ask(port, [0]);
    return text.slice(0, text.indexOf(ROWS) + ROWS.length);
  },

  /** Throws where the two differ in a byte, or lack a value. */
  async check(ours: number, peer: number, keys: number): Promise<void> {
    const ids = sampled(keys);
    const [one, other] = await Promise.all([ask(ours, ids), ask(peer, ids)]);
    if (one !== other) throw new Error(`the two answer differently:\n${one.slice(0, 500)}\n${other.slice(0, 500)}`);
    const values = JSON.parse(one).rows.flatMap((row: object) => Object.values(row));
    if (values.length !== ids.length * VIEWS * FEATURES_PER_VIEW || values.includes(null))
      throw new Error("values are missing");
  },
};
