import { forget, sweep } from "@lockstep/ingest";
import type { OnlineStore } from "@lockstep/online";
import { Break, breakingAt } from "./breaking.js";
import type { RunStep, Step, StepKind } from "./history.js";
import { applyVersion, arrived, headOf, nothing, run, type World } from "./history-world.js";
import { pushRows, rowsToPush } from "./pushes.js";

type Take = (world: World, step: RunStep) => Promise<void>;

const instantOf = ({ instants }: World, at: number): bigint => instants[at % instants.length] as bigint;
const laterOf = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** The step's instant, or where that lies before the last one's, the last one's. */
const advance = (world: World, { at, jitter }: RunStep): bigint => {
  world.wall = laterOf(world.wall, instantOf(world, at) + jitter);
  return world.wall;
};

const markOf = async (store: OnlineStore, generation: number): Promise<string | null> => {
  const mark = (await store.read([], [generation])).published.get(generation);
  return mark ? `${mark.t} ${mark.run}` : null;
};

const whole = (world: World, t: bigint, rows: ReturnType<typeof arrived>): void => {
  Object.assign(headOf(world), { whole: { t, rows }, torn: [] });
};

/** What each step does to the store, and to what is known about it. */
const STEPS: { readonly [K in StepKind]: Take } = {
  run: (world, step) => runOnce(world, step, false),
  full: (world, step) => runOnce(world, step, true),

  /** An older T, of the rows that the last run has seen: it changes nothing. */
  again: async (world, { at, jitter, nth, flag }) => {
    const before = headOf(world).whole;
    const watermark = instantOf(world, at) + jitter;
    if (before === null || watermark >= before.t) return;
    await run(world, world.processes[1], before.rows, nth, { watermark, full: flag });
  },

  range: async (world, { at, to, nth, jitter }) => {
    const before = headOf(world).whole;
    if (before === null) return;
    const [a, b] = [instantOf(world, at) + jitter, instantOf(world, to)];
    const range = a < b ? { from: a, to: b } : { from: b, to: a + 1n };
    if (range.from < range.to) await run(world, world.processes[0], before.rows, nth, { range });
  },

  both: async (world, step) => {
    const first = advance(world, step);
    const second = laterOf(first, instantOf(world, step.to));
    world.wall = second;
    const rows = arrived(world);
    const [one, other] = world.processes;
    await Promise.all([
      run(world, one, rows, step.nth, { watermark: step.flag ? first : second }),
      run(world, other, rows, step.at, { watermark: step.flag ? second : first, full: step.nth % 2 === 0 }),
    ]);
    whole(world, second, rows);
  },

  crash: async (world, step) => {
    const t = advance(world, step);
    const rows = arrived(world);
    const { db, store } = world.processes[0];
    const breaking = breakingAt(1 + step.nth);
    const mark = () => markOf(store, world.head.generation);
    const before = await mark();
    try {
      const options = { watermark: t, full: step.flag };
      await run(world, { db, store: breaking(store) }, rows, step.to, options, breaking(world.registry));
      whole(world, t, rows);
    } catch (error) {
      if (!(error instanceof Break)) throw error;
      // What it published counts, though nobody heard of its end.
      if ((await mark()) !== before) whole(world, t, rows);
      else headOf(world).torn.push({ t, rows });
    }
  },

  change: async (world) => {
    const next = world.history.versions[world.applied.length];
    if (next === undefined) return;
    world.head = await applyVersion(world.registry, world.history, next);
    world.applied.push(world.head);
    if (!world.written.has(world.head.generation)) world.written.set(world.head.generation, nothing());
    // A generation that is opened takes over what was pushed before.
    const before = new Set([...world.pushed.values()].flat());
    if (!world.pushed.has(world.head.generation)) world.pushed.set(world.head.generation, [...before]);
  },

  sweep: async (world) => {
    const { store } = world.processes[1];
    // Runs that broke off a day ago no longer hold it up.
    const wall = Date.now() + 2 * 86_400_000;
    const swept = await sweep({ store, registry: world.registry, now: world.wall }, { graceSeconds: 0, wall });
    for (const { generation } of swept) {
      world.written.delete(generation);
      world.swept.add(generation);
    }
  },

  forget: async (world, step) => {
    const { of, version } = world.head;
    const key = of.asks[step.nth % of.asks.length]?.key ?? [];
    const [entity] = version.repo.entities;
    if (entity === undefined || key.length === 0 || key.includes(null)) return;
    const { store } = world.processes[1];
    const forgetting = () => forget({ project: "p", store, registry: world.registry }, entity, key, "test");
    world.forgotten.push(key);
    if (!step.flag) {
      await forgetting();
      return;
    }
    const during = forgetting().catch((error) => {
      if (error.code !== "FORGET_INCOMPLETE") throw error;
    });
    await Promise.all([during, runOnce(world, step, step.to % 2 === 0)]);
    await forgetting();
  },
};

async function runOnce(world: World, step: RunStep, full: boolean): Promise<void> {
  const t = advance(world, step);
  const rows = arrived(world);
  await run(world, world.processes[0], rows, step.nth, { watermark: t, full });
  whole(world, t, rows);
}

/** Takes the step, and gives what is wrong with what it was answered. */
export async function takeStep(world: World, step: Step): Promise<string[]> {
  if (step.kind !== "push") {
    await STEPS[step.kind](world, step);
    return [];
  }
  const { of } = world.head;
  if (!of.push) return [];
  const rows = rowsToPush(step, of, world.instants);
  const { store } = world.processes[0];
  const { versions, served } = await world.registry.state();
  const live = new Set(versions.filter((v) => v.version >= (served?.version ?? 0)).map((v) => v.generations["v"]));
  const known = live.size === 1 && world.forgotten.length === 0;
  const wrong = await pushRows({ store, registry: world.registry }, step, of, rows, headOf(world).whole?.t ?? null);
  // A row of a forgotten key is refused: it is no version of its id either, which another key may have.
  const taken = rows.filter(
    (row) => !world.forgotten.some((key) => key.every((part, i) => row[of.keys[i] ?? ""] === part)),
  );
  for (const [generation, own] of world.pushed) if (live.has(generation)) own.push(...taken);
  return known ? wrong : [];
}
