import { compileRepo, type RepoIR } from "@lockstep/core";
import { materialize } from "@lockstep/ingest";
import type { Database } from "@lockstep/offline";
import { createReader, type OnlineStore } from "@lockstep/online";
import type { AppliedVersion, Registry, Run } from "@lockstep/registry";
import { evaluate, sameValue, type Value } from "../oracle/index.js";
import type { Ask } from "./edges.js";
import type { Compared } from "./frame-differences.js";
import type { Case } from "./model.js";
import { loadRows, tableSources } from "./table-source.js";

/** Each case gets a generation of its own, so that one store serves them all. */
let generation = 0;

/** Where a store's answers from the case's watermark on are not what the oracle says. */
export async function onlineDifferences(
  db: Database,
  store: OnlineStore,
  c: Case,
  asks: readonly Ask[],
): Promise<Compared> {
  const { ir, computations } = compileRepo("p", [c.service]);
  const table = await loadRows(db, c.rows);
  const version = versionOf(ir, ++generation);
  const sources = tableSources(table);
  await materialize({ db, version, sources, store, registry: registry(), now: c.watermark });
  const generations = new Map(Object.entries(version.generations));
  const serving = { repo: ir, computations, generations };
  const reader = createReader({ store, serving: () => serving, now: () => c.watermark });
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

const versionOf = (repo: RepoIR, number: number): AppliedVersion => ({
  version: 1,
  repo,
  bundle: "",
  generations: { v: number },
  appliedAt: "",
  appliedBy: "",
});

/** Issues run numbers and remembers nothing. */
function registry(): Registry {
  let runs = 0;
  return {
    startRun: async (view: string, number: number, watermark: bigint): Promise<Run> => ({
      run: ++runs,
      view,
      generation: number,
      watermark: String(watermark),
      state: "running",
      startedAt: "",
    }),
    finishRun: async () => {},
  } as unknown as Registry;
}
