import { lesserMark, readMark } from "../mark.js";
import type { KeyRead, Mark, ReadResult } from "../store.js";
import { ALL_BUCKETS } from "./buckets.js";
import { bucketsOfCalls, byBucket, type CallLimits, callsOf, type Part, scriptCall } from "./calls.js";
import { generationField, type RedisKeys, rowsField } from "./keys.js";
import { splitRows } from "./row-list.js";
import { READ } from "./scripts/read.js";
import { wholeState } from "./stored-state.js";
import type { KeyCommand } from "./topology.js";

/** Few enough that others wait for less than a tenth of a millisecond, many enough to be worth a call. */
const CALL_LIMITS: CallLimits = { count: 64, bytes: Number.POSITIVE_INFINITY };

/** What some keys are read for. */
interface Wanted {
  readonly states: readonly number[];
  readonly rows: readonly number[];
}

interface PlacedRead extends KeyRead {
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
  for (const { states, rows, own } of wanted) {
    const marks = asked.filter((generation) => states.includes(generation) || rows.includes(generation));
    for (const parts of [...callsOf(byBucket(own), together, CALL_LIMITS, () => 0)].flat()) {
      calls.push({ states, rows, marks: calls.length === 0 ? asked : marks, parts });
    }
  }
  return calls;
}

const ofAllBuckets = (marks: readonly number[], together: boolean): ReadCall[] =>
  bucketsOfCalls(ALL_BUCKETS, together).map((buckets) => ({
    states: [],
    rows: [],
    marks,
    parts: buckets.map((bucket) => ({ bucket, items: [] })),
  }));

/** The reads that want something, together with those that want the same. */
function byWanted(reads: readonly KeyRead[]): (Wanted & { readonly own: readonly PlacedRead[] })[] {
  const found = new Map<string, Wanted & { readonly own: PlacedRead[] }>();
  for (const [place, read] of reads.entries()) {
    const { generations: states, rows = [] } = read;
    if (states.length === 0 && rows.length === 0) continue;
    const name = `${states.join()};${rows.join()}`;
    const same = found.get(name) ?? { states, rows, own: [] };
    found.set(name, same);
    same.own.push({ ...read, place });
  }
  return [...found.values()];
}

export const readCommand = (keys: RedisKeys, { states, marks, rows, parts }: ReadCall): KeyCommand =>
  scriptCall(READ, keys, parts, (words) => {
    words.add(states.length).add(marks.length).add(rows.length);
    for (const generation of states) words.add(generationField(generation));
    for (const generation of marks) words.add(generationField(generation));
    for (const generation of rows) words.add(rowsField(generation));
    for (const { items } of parts) words.add(items.length);
  });

/** A generation is published as far as the bucket that is furthest behind says, and not at all where one says nothing. */
export function readResult(
  reads: readonly KeyRead[],
  calls: readonly ReadCall[],
  replies: readonly Found[],
): ReadResult {
  const states = reads.map(({ generations }): readonly (Buffer | null)[] => generations.map(() => null));
  const rows = reads.map(({ rows = [] }): readonly (readonly Buffer[])[] => rows.map(() => []));
  const published = new Map<number, Mark | null>();
  for (const [i, call] of calls.entries()) {
    const [marks, foundStates, foundRows = []] = replies[i] as Found;
    for (const [m, generation] of call.marks.entries()) {
      const mark = marks[m];
      published.set(generation, lesser(published.get(generation), mark ? readMark(mark) : null));
    }
    let at = 0;
    for (const { items } of call.parts) {
      for (const { place } of items) {
        states[place] = foundStates[at]?.map((state) => state && wholeState(state)) ?? [];
        rows[place] = foundRows[at]?.map(splitRows) ?? [];
        at++;
      }
    }
  }
  const known = new Map([...published].filter((entry): entry is [number, Mark] => entry[1] !== null));
  return { states, published: known, ...(reads.some((read) => read.rows) ? { rows } : {}) };
}

const lesser = (a: Mark | null | undefined, b: Mark | null): Mark | null =>
  a === undefined ? b : a === null || b === null ? null : lesserMark(a, b);
