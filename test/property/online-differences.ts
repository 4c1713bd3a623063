import type { Database } from "@lockstep/offline";
import type { OnlineStore } from "@lockstep/online";
import { evaluate, sameValue, type Value } from "../oracle/index.js";
import { serve } from "../support/serve.js";
import type { Ask } from "./edges.js";
import type { Compared } from "./frame-differences.js";
import type { Case } from "./model.js";
import { loadRows, tableSources } from "./table-source.js";

/** Where a store's answers from the case's watermark on are not what the oracle says. */
export async function onlineDifferences(
  db: Database,
  store: OnlineStore,
  c: Case,
  asks: readonly Ask[],
): Promise<Compared> {
  const table = await loadRows(db, c.rows);
  const { reader } = await serve(db, store, c.service, tableSources(table), c.watermark);
  const differences: string[] = [];
  const counts = { labels: 0, values: 0, present: 0 };
  for (const ask of [...asks, ...c.asks.map(({ key }) => ({ key, t: c.watermark }))]) {
    if (ask.t < c.watermark) continue;
    counts.labels++;
    const row = Object.fromEntries(c.keys.map((k, i) => [k, ask.key[i]]));
    const answer = await reader.read("s", [row], { at: ask.t });
    if (answer.t !== ask.t) differences.push(`asked for ${ask.t}, answered for ${answer.t}`);
    const expected = evaluate(c.oracle, [...c.rows], ask.key, ask.t, { knownAtMost: c.watermark });
    for (const column of answer.columns) {
      const name = column.name.slice("v__".length);
      const wanted = expected[name];
      const type = c.types.get(name);
      const value = column.values[0] as Value;
      counts.values++;
      if (wanted?.status === "PRESENT") counts.present++;
      if (!wanted || !type || !sameValue(type, wanted, value) || wanted.status !== column.statuses[0]) {
        differences.push(
          `${name} at ${ask.t} (T ${c.watermark}) key ${String(ask.key)}: online ${column.statuses[0]} ${String(value)}, oracle ${wanted?.status} ${String(wanted?.value)}`,
        );
      }
    }
    for (const error of answer.errors) differences.push(`an error at ${ask.t}: ${JSON.stringify(error)}`);
  }
  await db.run(`DROP TABLE ${table}`);
  return { differences, ...counts };
}
