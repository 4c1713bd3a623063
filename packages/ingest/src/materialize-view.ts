import { duckdb, stateColumns, stateSql } from "@lockstep/compiler";
import { type Instant, type SourceIR, stateLayout, type ViewIR } from "@lockstep/core";
import { type Database, namingOverflow, type Sources, stateBatch } from "@lockstep/offline";
import { eachState, isIdKey, keyWriter, type Stamp, stateWriter } from "@lockstep/online";
import { adoptPushes, type Tombstones, tombstonesOf } from "@lockstep/push";
import { BoundedWriter } from "./bounded-writer.js";
import { type DamagedRow, namedDamage, removeMended } from "./damaged-rows.js";
import { filesRead, noteEvidence } from "./evidence.js";
import { writeIdIndex } from "./id-index.js";
import type { MaterializeContext, MaterializeOptions, MaterializeProgress, MaterializeResult } from "./materialize.js";
import { checkEntries, growingColumns } from "./max-entries.js";
import { notePushed } from "./note-pushed.js";
import { relink } from "./relink.js";
import { type RunInput, runInput } from "./run-input.js";
import { planRun } from "./run-plan.js";

/** One view's run: recorded in the registry, written, published, and the keys that are gone removed. */
export async function materializeView(
  context: MaterializeContext,
  view: ViewIR,
  asked: Instant,
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
  const plan = await planRun(context, view, generation, asked, options);
  const { mode, watermark } = plan;
  const lastKeys = await keysOfLastRun(context, generation);
  const isFirst = lastKeys === null;
  const run = options.dryRun ? null : await registry.startRun(view.name, generation, watermark, mode);
  const stamp: Stamp = { t: watermark, run: run?.run ?? 0 };
  const db = context.db.session();
  const tombstones = await tombstonesOf(registry, version.repo.project, view.entity);
  const source = version.repo.sources.find((one) => one.name === view.source) as SourceIR;
  const pushes = { store, tombstones, target: { source, view, generation }, stamp, full: mode === "full" };
  let damaged: readonly DamagedRow[] = [];
  try {
    const files = run ? await filesRead({ ...context, db }, view) : undefined;
    const input = await runInput(context, db, view, plan, lastKeys);
    if (view.push && run) {
      // Before the states: a key that is at this run's stamp knows what pushes mean at it.
      await writeIdIndex({ ...pushes, view, generation, db, input });
      damaged = await relink(pushes);
      if (isFirst) await adoptPushes(pushes, registry, watermark);
    }
    const total = (keys: number) => input.total && Math.max(input.total, keys);
    const written = await namingOverflow(
      { ...context, repo: version.repo },
      [view.name],
      () =>
        writeStates({ ...context, db, tombstones }, view, generation, input, stamp, run === null, (keys) =>
          report("writing", keys, total(keys)),
        ),
      (_, feature, sources) => db.run(statesSql(probeOf(input, sources), { ...view, features: [feature] }, stamp)),
    );
    let removed = 0;
    if (run && files !== undefined) await noteEvidence({ ...context, db }, view, input, stamp, files);
    if (run) {
      report("publishing", written.keys, written.keys);
      if (mode === "full") await store.publish(generation, { ...stamp, floor: stamp });
      else await store.publish(generation, stamp, plan.previous);
      // Pushes meanwhile have not known which ids the run did not find.
      if (view.push && mode === "full") await relink(pushes);
      if (mode === "full") removed = await store.removeOlder(generation, stamp, isEntityKey);
      if (view.push) {
        damaged = await removeMended(store, generation, damaged);
        if (context.evidence) await notePushed(context.evidence, store, generation, stamp);
        await store.dropRows(generation, watermark);
      }
      const { rows, unused } = input;
      await registry.finishRun(run.run, { state: "complete", keys: written.keys, rows, unused });
    }
    report("done", written.keys, written.keys);
    return {
      view: view.name,
      generation,
      run: run?.run ?? null,
      mode,
      watermark,
      ...written,
      removed,
      rows: input.rows,
      unused: input.unused,
      damaged: namedDamage(view, damaged),
      seconds: seconds(),
    };
  } catch (error) {
    if (run)
      await registry.finishRun(run.run, {
        state: "failed",
        error: error instanceof Error ? error.message : String(error),
      });
    throw error;
  } finally {
    await db.release();
  }
}

/** The index of ids is none of the keys that are gone from the source. */
const isEntityKey = (key: Uint8Array): boolean => !isIdKey(key);

/** What tells how long a full run will take. */
async function keysOfLastRun({ registry }: MaterializeContext, generation: number): Promise<number | null> {
  const { runs } = await registry.state();
  const last = runs.findLast(
    (r) => r.generation === generation && r.state === "complete" && (r.mode ?? "full") === "full",
  );
  return last?.keys ?? null;
}

type StatesFrom = Pick<RunInput, "repo" | "relation" | "keys">;

const probeOf = ({ repo }: RunInput, { relation }: Sources): StatesFrom => ({ repo, relation });

const statesSql = ({ repo, relation, keys }: StatesFrom, view: ViewIR, stamp: Stamp, ordered = false): string =>
  stateSql({
    dialect: duckdb,
    repo,
    view,
    relation,
    watermark: stamp.t,
    ordered,
    ...(keys === undefined ? {} : { keys }),
  });

/** Fewer keys than this are a call or two, which the store sorts by itself. */
const SORTED_KEYS = 10_000;

async function writeStates(
  { db, store, tombstones }: MaterializeContext & { readonly db: Database; readonly tombstones: Tombstones },
  view: ViewIR,
  generation: number,
  input: RunInput,
  stamp: Stamp,
  dryRun: boolean,
  onKeys: (keys: number) => void,
): Promise<{ keys: number; kept: number; bytes: number }> {
  const layout = stateLayout(view);
  const columns = stateColumns(view, layout);
  const growing = growingColumns(layout);
  const writer = new BoundedWriter(async (states) => {
    if (dryRun) return { written: states.count, kept: 0 };
    const counts = await store.write(generation, states);
    await tombstones.bury(store, generation, eachState(states));
    return counts;
  });
  const ordered = store.ordered === true && (input.total ?? input.rows) > SORTED_KEYS;
  const wanted = tombstones.none() ? undefined : (key: Uint8Array) => !tombstones.has(key);
  let keys = 0;
  let bytes = 0;
  for await (const chunk of db.chunks(statesSql(input, view, stamp, ordered))) {
    const batch = stateBatch(chunk, columns);
    const key = keyWriter(view.entity ?? "", batch.keys);
    const state = stateWriter(layout, batch, stamp);
    for (let row = 0; row < batch.rows; row++) {
      checkEntries(view, batch, row, growing);
      const size = writer.states.add(key, state, row, wanted);
      if (size > 0) keys++;
      bytes += size;
    }
    await writer.flushFull();
    onKeys(keys);
  }
  const { kept } = await writer.finish();
  return { keys, kept, bytes };
}
