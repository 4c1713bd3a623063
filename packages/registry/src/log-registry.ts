import { LockstepError, type RepoIR } from "@lockstep/core";
import { corrupt } from "./corrupt.js";
import type { RegistryEvent } from "./events.js";
import { nextGenerations } from "./generations.js";
import type { RegistryLog } from "./log.js";
import type { AppliedVersion, Registry, RegistryState, Run, Tombstone } from "./registry.js";
import { sha256 } from "./sha256.js";
import { EMPTY_STATE, fold } from "./state.js";

/** Losses in a row after which something other than rivals must be wrong. */
const ATTEMPTS = 1_000;

/** A registry over any log. The fold is kept, so that each look reads new entries only. */
export function logRegistry(log: RegistryLog, clock: () => Date = () => new Date()): Registry {
  const now = () => clock().toISOString();
  let known = EMPTY_STATE;
  let turn: Promise<unknown> = Promise.resolve();

  async function state(): Promise<RegistryState> {
    const base = known;
    const next = fold(base, await log.read(base.sequence));
    if (next.sequence > known.sequence) known = next;
    return known;
  }

  /** Appends what `next` makes of the state, and again of the newer state where another was first. */
  async function append(next: (state: RegistryState) => RegistryEvent): Promise<[number, RegistryState]> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const current = await state();
      const sequence = current.sequence + 1;
      if (await log.append(sequence, next(current))) return [sequence, await state()];
    }
    throw new LockstepError({
      code: "REGISTRY_BUSY",
      place: log.place,
      what: `another was first ${ATTEMPTS} times in a row`,
      mend: "try again; if it stays so, check that this machine sees what others write there",
    });
  }

  /** One at a time in this process: its own callers needn't race. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  }

  return {
    state,

    apply: (expected, repo, bundle, by) =>
      inTurn(async () => {
        const hash = sha256(bundle);
        checkHead(await state(), expected, repo);
        await log.putBlob(hash, bundle);
        const [, { versions }] = await append((current) => {
          checkHead(current, expected, repo);
          const generations = nextGenerations(current.versions, repo);
          return { kind: "applied", version: expected + 1, repo, bundle: hash, generations, at: now(), by };
        });
        return versions[expected] as AppliedVersion;
      }),

    async bundle(hash) {
      const place = `${log.place}, blob ${hash}`;
      const bytes = /^[0-9a-f]{64}$/.test(hash) ? await log.getBlob(hash) : null;
      if (!bytes) throw corrupt(place, "it is missing");
      if (sha256(bytes) !== hash) throw corrupt(place, "its bytes are not those that were applied");
      return bytes;
    },

    startRun: (view, generation, watermark, mode = "full") =>
      inTurn(async () => {
        const event = { kind: "runStarted", view, generation, watermark: String(watermark), mode, at: now() } as const;
        const [sequence, { runs }] = await append(() => event);
        return runs.findLast((r) => r.run === sequence) as Run;
      }),

    finishRun: (run, outcome) =>
      inTurn(async () => {
        const event = { kind: "runFinished", run, ...outcome, at: now() } as const;
        await append((current) => {
          checkRunning(current, run);
          return event;
        });
      }),

    recordSwept: (generation, keys) =>
      inTurn(async () => {
        await append(() => ({ kind: "swept", generation, keys, at: now() }));
      }),

    forget: (entity, key, by) =>
      inTurn(async () => {
        const found = ({ forgotten }: RegistryState) => forgotten.find((f) => f.entity === entity && f.key === key);
        const [, after] = found(await state())
          ? [0, await state()]
          : await append(() => ({ kind: "forgotten", entity, key, at: now(), by }));
        return found(after) as Tombstone;
      }),
  };
}

function checkHead({ head }: RegistryState, expected: number, repo: RepoIR): void {
  if (head && head.repo.project !== repo.project) {
    throw new LockstepError({
      code: "REGISTRY_PROJECT",
      place: `project '${repo.project}'`,
      what: `this registry belongs to project '${head.repo.project}'`,
      mend: "name another registry in lockstep.config.ts, or correct the project's name",
    });
  }
  if ((head?.version ?? 0) === expected) return;
  throw new LockstepError({
    code: "REGISTRY_CONFLICT",
    place: `version ${expected + 1}`,
    what: head
      ? `the plan was made against version ${expected}, and ${head.appliedBy} has applied version ${head.version} at ${head.appliedAt}`
      : `the plan was made against version ${expected}, and nothing is applied`,
    mend: "look at `fs plan` again, then apply",
  });
}

function checkRunning({ runs }: RegistryState, run: number): void {
  const found = runs.findLast((r) => r.run === run);
  if (found?.state === "running") return;
  throw new LockstepError({
    code: "RUN_NOT_RUNNING",
    place: `run ${run}`,
    what: found ? `it has already ended as ${found.state}` : "there is no such run",
    mend: "finish each run once, with the number that startRun gave",
  });
}
