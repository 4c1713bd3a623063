import { lesserMark, readMark } from "../mark.js";
import type { KeyRead, Mark, ReadResult } from "../store.js";
import { ALL_BUCKETS } from "./buckets.js";
import { bucketsOfCalls, byBucket, type CallLimits, callsOf, type Part, scriptCall } from "./calls.js";
import { generationField, type RedisKeys, rowsField } from "./keys.js";
import { splitRows } from "./row-list.js";
import { READ } from "./scripts/read.js";
import { wholeState } from "./stored-state.js";
import type { KeyCommand } from "./topology.js";
import { Words } from "./words.js";

/** Few enough that others wait for less than a tenth of a millisecond, many enough to be worth a call. */
const CALL_LIMITS: CallLimits = { count: 64, bytes: Number.POSITIVE_INFINITY };

/** What some keys are read for. */
interface Wanted {
  readonly states: readonly number[];
  readonly rows: readonly number[];
}

interface PlacedRead {
  readonly key: Uint8Array;
  /** Where it goes in the result. */
  readonly place: number;
}

/** One call of the script: its marks, states and rows are of one moment. */
export interface ReadCall extends Wanted {
  readonly marks: readonly number[];
  readonly parts: readonly Part<PlacedRead>[];
}

export type Found = readonly [
  marks: readonly (Buffer | null)[],
  states: readonly (readonly (Buffer | null)[])[],
  rows?: readonly (readonly (Buffer | null)[])[],
];

/**
 * A bucket gives the marks of what is read from it, those of the first call those of all generations that are asked about.
 * Where no key is read all buckets give them: it is the store as a whole that is asked about.
 */
export function readCalls(reads: readonly KeyRead[], generations: readonly number[], together: boolean): ReadCall[] {
  const asked = [...new Set(generations)];
  const calls: ReadCall[] = [];
  const wanted = byWanted(reads);
  if (wanted.length === 0 && asked.length > 0) return [...ofAllBuckets(asked, together)];
  for (const { states, rows, same } of wanted) {
    const own = (generation: number) => states.includes(generation) || rows.includes(generation);
    for (const parts of partsOfCalls(same, together)) {
      calls.push({ states, rows, marks: calls.length === 0 ? asked : asked.filter(own), parts });
    }
  }
  return calls;
}

/** Most reads fit into one call. */
function partsOfCalls(reads: readonly PlacedRead[], together: boolean): Part<PlacedRead>[][] {
  const parts = byBucket(reads);
  if (together && reads.length <= CALL_LIMITS.count) return [parts];
  return [...callsOf(parts, together, CALL_LIMITS, () => 0)].flat();
}

const ofAllBuckets = (marks: readonly number[], together: boolean): ReadCall[] =>
  bucketsOfCalls(ALL_BUCKETS, together).map((buckets) => ({
    states: [],
    rows: [],
    marks,
    parts: buckets.map((bucket) => ({ bucket, items: [] })),
  }));

/** The reads that want something, together with those that want the same. */
function byWanted(reads: readonly KeyRead[]): SameReads[] {
  const found: SameReads[] = [];
  for (let place = 0; place < reads.length; place++) {
    const { key, generations: states, rows = NONE } = reads[place] as KeyRead;
    if (states.length === 0 && rows.length === 0) continue;
    // There are as many as there are entities in a service.
    const before = found.find((one) => areSame(one.states, states) && areSame(one.rows, rows));
    if (before) before.same.push({ key, place });
    else found.push({ states, rows, same: [{ key, place }] });
  }
  return found;
}

interface SameReads extends Wanted {
  readonly same: PlacedRead[];
}

const NONE: readonly number[] = [];

const areSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

export const readCommand = (keys: RedisKeys, { states, marks, rows, parts }: ReadCall): KeyCommand =>
  scriptCall(READ, keys, parts, (words) => {
    words.addAll(generationWords({ states, marks, rows }));
    for (const { items } of parts) words.add(items.length);
  });

type Asked = Pick<ReadCall, "states" | "marks" | "rows">;

let last: (Asked & { readonly words: Words }) | undefined;

/** What is asked for, as arguments. Most calls ask for what the one before did. */
function generationWords({ states, marks, rows }: Asked): Words {
  if (last && areSame(last.states, states) && areSame(last.marks, marks) && areSame(last.rows, rows)) return last.words;
  const words = new Words();
  words.add(states.length).add(marks.length).add(rows.length);
  for (const generation of states) words.add(generationField(generation));
  for (const generation of marks) words.add(generationField(generation));
  for (const generation of rows) words.add(rowsField(generation));
  last = { states, marks, rows, words };
  return words;
}

/** A generation is published as far as the bucket that is furthest behind says, and not at all where one says nothing. */
export function readResult(
  reads: readonly KeyRead[],
  calls: readonly ReadCall[],
  replies: readonly Found[],
): ReadResult {
  const states = reads.map((): readonly (Buffer | null)[] => []);
  const rows = reads.map((): readonly (readonly Buffer[])[] => []);
  const published = new Map<number, Mark>();
  const unpublished: number[] = [];
  for (const [i, call] of calls.entries()) {
    const [marks, foundStates, foundRows = []] = replies[i] as Found;
    for (const [m, generation] of call.marks.entries()) {
      const bytes = marks[m];
      if (!bytes) {
        unpublished.push(generation);
        continue;
      }
      const [mark, other] = [readMark(bytes), published.get(generation)];
      if (mark !== other) published.set(generation, other ? lesserMark(other, mark) : mark);
    }
    let at = 0;
    for (const { items } of call.parts) {
      for (const { place } of items) {
        states[place] = foundStates[at]?.map((state) => state && wholeState(state)) ?? [];
        if (call.rows.length > 0) rows[place] = foundRows[at]?.map(splitRows) ?? [];
        at++;
      }
    }
  }
  for (const generation of unpublished) published.delete(generation);
  return { states, published, ...(reads.some((read) => read.rows) ? { rows } : {}) };
}
