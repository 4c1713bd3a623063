import { encodeKey, type KeyRead, type ReadResult } from "@lockstep/online";
import type { ParityContext } from "./context.js";
import { hex } from "./hex.js";
import { type MemoryStates, memoryStates } from "./memory-states.js";
import { keyOf } from "./pool.js";
import type { Question } from "./questions.js";
import type { RateLimit } from "./rate-limit.js";
import type { Subject, SubjectView } from "./subject.js";

/** Keys of one read. */
const READ = 500;

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
  const reads = [...keysOf(members, questions, version.generations)];
  const states = new Map(generations.map((generation) => [generation, new Map<string, Uint8Array>()]));
  const rows = new Map(pushable.map((generation) => [generation, new Map<string, readonly Uint8Array[]>()]));
  let published: ReadResult["published"] = new Map();
  for (let from = 0; from < reads.length || from === 0; from += READ) {
    const part = reads.slice(from, from + READ);
    await limit.take(part.length);
    const asked = part.map(([, read]): KeyRead => {
      const wanted = read.generations.filter((generation) => rows.has(generation));
      return wanted.length === 0 ? read : { ...read, rows: wanted };
    });
    const result = await store.read(asked, generations);
    published = result.published;
    part.forEach(([name, read], i) => {
      read.generations.forEach((generation, g) => {
        const bytes = result.states[i]?.[g] ?? null;
        if (bytes) states.get(generation)?.set(name, bytes);
      });
      asked[i]?.rows?.forEach((generation, r) => {
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
