import { duckdb, stateColumns, stateSql, unusedRowsSql } from "@lockstep/compiler";
import { type Instant, stateLayout, type ViewIR } from "@lockstep/core";
import { namingOverflow } from "@lockstep/offline";
import { encodeKey, encodeState, type Stamp, type StateWrite } from "@lockstep/online";
import { BoundedWriter } from "./bounded-writer.js";
import type { MaterializeContext, MaterializeOptions, MaterializeProgress, MaterializeResult } from "./materialize.js";
import { checkEntries, growingColumns } from "./max-entries.js";
import { stateBatch } from "./state-batch.js";

/** One view's run: recorded in the registry, written, published, and the keys that are gone removed. */
export async function materializeView(
  context: MaterializeContext,
  view: ViewIR,
  watermark: Instant,
  options: MaterializeOptions,
): Promise<MaterializeResult> {
  const { registry, version, store } = context;
  const generation = version.generations[view.name];
  if (generation === undefined) throw new Error(`version ${version.version} has no generation for ${view.name}`);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const report = (phase: MaterializeProgress["phase"], keys: number, total: number | null) =>
    options.onProgress?.({ view: view.name, phase, keys, total, keysPerSecond: keys / Math.max(seconds(), 1e-9) });

  report("reading", 0, null);
  const { rows, unused } = await countRows(context, view);
  const run = options.dryRun ? null : await registry.startRun(view.name, generation, watermark);
  const stamp: Stamp = { t: watermark, run: run?.run ?? 0 };
  try {
    const written = await namingOverflow(
      { ...context, repo: version.repo },
      [view.name],
      () => writeStates(context, view, generation, stamp, run === null, (keys) => report("writing", keys, null)),
      (_, feature, sources) =>
        context.db.run(statesSql({ ...context, sources }, { ...view, features: [feature] }, stamp)),
    );
    let removed = 0;
    if (run) {
      report("publishing", written.keys, written.keys);
      await store.publish(generation, stamp);
      removed = await store.removeOlder(generation, stamp);
      await registry.finishRun(run.run, { state: "complete", keys: written.keys, rows, unused });
    }
    report("done", written.keys, written.keys);
    return {
      view: view.name,
      generation,
      run: run?.run ?? null,
      watermark,
      ...written,
      removed,
      rows,
      unused,
      seconds: seconds(),
    };
  } catch (error) {
    if (run)
      await registry.finishRun(run.run, {
        state: "failed",
        error: error instanceof Error ? error.message : String(error),
      });
    throw error;
  }
}

async function countRows({ db, version, sources }: MaterializeContext, view: ViewIR) {
  const [counts = {}] = await db.rows(
    unusedRowsSql({ dialect: duckdb, repo: version.repo, view, relation: sources.relation }),
  );
  const { rows, ...reasons } = counts;
  const unused = Object.fromEntries(
    Object.entries(reasons)
      .map(([reason, n]) => [reason, Number(n)] as const)
      .filter(([, n]) => n > 0),
  );
  return { rows: Number(rows ?? 0), unused };
}

const statesSql = ({ version, sources }: MaterializeContext, view: ViewIR, stamp: Stamp): string =>
  stateSql({ dialect: duckdb, repo: version.repo, view, relation: sources.relation, watermark: stamp.t });

async function writeStates(
  context: MaterializeContext,
  view: ViewIR,
  generation: number,
  stamp: Stamp,
  dryRun: boolean,
  onKeys: (keys: number) => void,
): Promise<{ keys: number; kept: number; bytes: number }> {
  const { db, store } = context;
  const layout = stateLayout(view);
  const columns = stateColumns(view, layout);
  const growing = growingColumns(layout);
  const types = view.keys.map((k) => k.type);
  const sql = statesSql(context, view, stamp);
  const writer = new BoundedWriter((states) =>
    dryRun ? Promise.resolve({ written: states.length, kept: 0 }) : store.write(generation, states),
  );
  let keys = 0;
  let bytes = 0;
  for await (const chunk of db.chunks(sql)) {
    const batch = stateBatch(chunk, columns);
    const states: StateWrite[] = [];
    for (let row = 0; row < batch.rows; row++) {
      checkEntries(view, batch, row, growing);
      const key = encodeKey(
        view.entity ?? "",
        types,
        batch.keys.map((k) => k.get(row)),
      );
      if (!key) continue;
      const value = encodeState(layout, batch, row, stamp);
      bytes += value.length;
      states.push({ key, value });
    }
    keys += states.length;
    await writer.add(states);
    onKeys(keys);
  }
  const { kept } = await writer.finish();
  return { keys, kept, bytes };
}
