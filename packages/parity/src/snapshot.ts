import { encodeKey, type KeyRead, type ReadResult } from "@lockstep/online";
import type { ParityContext } from "./context.js";
import { hex } from "./hex.js";
import { type MemoryStates, memoryStates } from "./memory-states.js";
import { keyOf } from "./pool.js";
import type { Question } from "./questions.js";
import type { RateLimit } from "./rate-limit.js";
import { readKeys } from "./read-keys.js";
import type { Subject, SubjectView } from "./subject.js";

export interface SnapshotContext extends ParityContext {
  readonly limit: RateLimit;
  /** The views, by name, of which pushed rows are read too. */
  readonly pushed: Pick<ReadonlyMap<string, unknown>, "has">;
}

/** The store as far as these questions reach into it: each key is read once, however many instants it is asked at. */
export async function snapshot(
  { store, version, limit, pushed }: SnapshotContext,
  { members }: Subject,
  questions: readonly Question[],
): Promise<MemoryStates> {
  const generationOf = ({ view }: SubjectView) => version.generations[view.name] as number;
  const generations = [...new Set(members.map(generationOf))];
  const pushable = members.filter(({ view }) => pushed.has(view.name)).map(generationOf);
  const states = new Map(generations.map((generation) => [generation, new Map<string, Uint8Array>()]));
  const rows = new Map(pushable.map((generation) => [generation, new Map<string, readonly Uint8Array[]>()]));
  let published: ReadResult["published"] = new Map();
  const wanted = [...keysOf(members, questions, version.generations)].map(([name, read]) => {
    const ofRows = read.generations.filter((generation) => rows.has(generation));
    return { name, ...read, ...(ofRows.length === 0 ? {} : { rows: ofRows }) };
  });
  for await (const { part, result } of readKeys({ store, limit }, wanted, generations)) {
    published = result.published;
    part.forEach(({ name, generations: own, rows: ofRows = [] }, i) => {
      own.forEach((generation, g) => {
        const bytes = result.states[i]?.[g] ?? null;
        if (bytes) states.get(generation)?.set(name, bytes);
      });
      ofRows.forEach((generation, r) => {
        rows.get(generation)?.set(name, result.rows?.[i]?.[r] ?? []);
      });
    });
  }
  return memoryStates(states, published, rows);
}

function keysOf(
  members: Subject["members"],
  questions: readonly Question[],
  generations: Readonly<Record<string, number>>,
): Map<string, KeyRead> {
  const reads = new Map<string, KeyRead>();
  const known = new Set<unknown>();
  for (const { rows } of questions) {
    for (const row of rows) {
      // Rows are of a pool, and the same one is asked again and again.
      if (known.has(row)) continue;
      known.add(row);
      for (const member of members) {
        const { view } = member;
        const key = encodeKey(
          view.entity ?? "",
          view.keys.map((k) => k.type),
          keyOf(row, member),
        );
        if (key === null) continue;
        const generation = generations[view.name] as number;
        const name = hex(key);
        const before = reads.get(name)?.generations ?? [];
        if (!before.includes(generation)) reads.set(name, { key, generations: [...before, generation] });
      }
    }
  }
  return reads;
}
