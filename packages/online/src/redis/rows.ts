import { appendsByKey, type KeyAppends } from "../appends-by-key.js";
import { heldMark } from "../mark.js";
import { instantBytes } from "../row-instant.js";
import type { Appended, KeyRows, RowAppend, RowWrite } from "../store.js";
import { bucketOf } from "./buckets.js";
import { byBucket, type CallLimits, callsOf, type Part, scriptCall } from "./calls.js";
import { scanHashes } from "./hash-scan.js";
import { generationField, type RedisKeys, rowsField } from "./keys.js";
import { splitRows } from "./row-list.js";
import { APPEND, DROP_ROWS, REMOVE_ROW } from "./scripts/rows.js";
import { wholeState } from "./stored-state.js";
import type { Topology } from "./topology.js";

/** A key's rows are read before they are written again. */
const CALL_LIMITS: CallLimits = { count: 100, bytes: 128 << 10 };
/** Of one trip. */
const TRIP_CALLS = 256;

type Servers = Pick<Topology, "ask" | "together">;

export async function appendRows(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  rows: readonly RowAppend[],
): Promise<Appended[]> {
  const answers: Appended[] = [];
  const size = ({ key, rows }: KeyAppends) => rows.reduce((sum, row) => sum + row.length, key.length);
  const trips = [...callsOf(byBucket(appendsByKey(rows)), servers.together, CALL_LIMITS, size)];
  for (let i = 0; i < trips.length; i += TRIP_CALLS) {
    const calls = trips.slice(i, i + TRIP_CALLS).flat();
    const replies = await servers.ask(
      calls.map((parts) =>
        scriptCall(APPEND, keys, parts, (words) => {
          words.add(generationField(generation)).add(parts.length);
          for (const { items } of parts) words.add(items.length);
          for (const { items } of parts) {
            for (const { rows, asks } of items) {
              words.add(asks ? -rows.length : rows.length);
              for (const row of rows) words.add(row);
            }
          }
        }),
      ),
    );
    for (const [c, parts] of calls.entries()) noteAnswers(parts, replies[c] as readonly Found[], answers);
  }
  return answers;
}

/** Of a bucket: its mark, for each of the rows whether it was added, and for each key that asks what it has. */
type Found = readonly [mark: Buffer | null, added: Buffer, told: readonly (readonly [Buffer, Buffer | null])[]];

const ADDED = 49;
const UNTOLD = { rows: [], state: null };

function noteAnswers(parts: readonly Part<KeyAppends>[], found: readonly Found[], answers: Appended[]): void {
  for (const [p, { items }] of parts.entries()) {
    const [markBytes, added, told] = found[p] as Found;
    const mark = markBytes && heldMark(markBytes);
    let [row, next] = [0, 0];
    for (const { places, asks } of items) {
      const [rows, state] = asks ? (told[next++] as Found[2][number]) : [null, null];
      const of = rows === null ? UNTOLD : { rows: splitRows(rows), state: state && wholeState(state) };
      for (const place of places) answers[place] = { ...of, added: added[row++] === ADDED, mark };
    }
  }
}

/** Looks only at the buckets' own hashes, which have the rows and little else. */
export async function* allRows(servers: Servers, keys: RedisKeys, generation: number): AsyncGenerator<KeyRows[]> {
  const begin = rowsField(generation);
  const seen = keys.buckets.map(() => new Set<string>());
  for await (const trip of scanHashes(servers, keys.buckets, "HSCAN", `${begin}*`)) {
    const found: KeyRows[] = [];
    for (const {
      index,
      found: [fields],
    } of trip) {
      const entries = fields as readonly Buffer[];
      for (let i = 0; i < entries.length; i += 2) {
        const key = (entries[i] as Buffer).subarray(begin.length);
        // A scan may find a field twice.
        const name = key.toString("latin1");
        if (seen[index]?.has(name)) continue;
        seen[index]?.add(name);
        found.push({ key, rows: splitRows(entries[i + 1] as Buffer) });
      }
    }
    if (found.length > 0) yield found;
  }
}

/** Removes the rows that were known by `t`, or all. Returns how many. */
export async function dropRows(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  t: bigint | null,
  pace: (looked: number) => Promise<void>,
): Promise<number> {
  const known = t === null ? "" : instantBytes(t);
  let dropped = 0;
  for await (const trip of scanHashes(servers, keys.buckets, DROP_ROWS, `${rowsField(generation)}*`, [known])) {
    let looked = 0;
    for (const { found } of trip) {
      dropped += found[0] as number;
      looked += found[1] as number;
    }
    await pace(looked);
  }
  return dropped;
}

/** Removes exactly these rows; they are few. Returns how many were there. */
export async function removeRows(
  servers: Servers,
  keys: RedisKeys,
  generation: number,
  rows: readonly RowWrite[],
): Promise<number> {
  const calls = rows.map(({ key, row }) =>
    scriptCall(REMOVE_ROW, keys, [{ bucket: bucketOf(key), items: [{ key }] }], (words) => {
      words.add(generationField(generation)).add(row);
    }),
  );
  let removed = 0;
  for (let i = 0; i < calls.length; i += TRIP_CALLS) {
    for (const count of await servers.ask(calls.slice(i, i + TRIP_CALLS))) removed += count as number;
  }
  return removed;
}
