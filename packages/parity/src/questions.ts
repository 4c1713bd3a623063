import type { TypeIR, Value } from "@lockstep/core";
import { edgesOf, horizon } from "./edges.js";
import type { Occasion } from "./occasion.js";
import { distinct, events, type InputRow, identity, keyOf, type Pool, type PoolContext, place } from "./pool.js";
import { pushedKeys } from "./pushes/pushed-keys.js";
import type { Pushed } from "./pushes/pushed-rows.js";
import { shuffled, take } from "./random.js";
import type { Subject } from "./subject.js";
import { neverSeen, requestValue } from "./values.js";

/** One instant, and the rows to ask at it. */
export interface Question {
  readonly at: bigint;
  readonly occasion: Occasion;
  readonly rows: readonly InputRow[];
}

export interface QuestionContext extends PoolContext {
  /** No answer is had of an earlier instant. */
  readonly watermark: bigint;
  readonly now: bigint;
  /** Ask about keys that nobody has, too. */
  readonly strangers: boolean;
  readonly pushed: Pushed;
}

/** How far on random instants go where nothing tells. */
const LEAST_REACH = 3_600_000_000n;
const ROWS_PER_INSTANT = 20;
const ROWS_AT_T = 500;
/** Of the instants that are no edges: how many lie where most values are present, and how near. */
const NEAR = { part: 0.8, horizons: 8n };

/**
 * Rows and instants at which the two sides would differ first: the watermark, now, the edges of every feature and a
 * microsecond to either side, keys that nobody has, and random instants. No row comes twice.
 */
export async function* questionsOf(context: QuestionContext, pool: Pool, wanted: number): AsyncGenerator<Question> {
  const { subject, watermark, now, random } = context;
  if (pool.rows.length === 0) return;
  const used = new Set<bigint>();
  let asked = 0;
  const ask = (at: bigint, occasion: Occasion, rows: readonly InputRow[]): Question => {
    used.add(at);
    asked += rows.length;
    return { at, occasion, rows: rows.map((row) => withRequest(subject, row, at, random)) };
  };
  const fixed: readonly (readonly [Occasion, bigint])[] = [
    ["T", watermark],
    ...(now > watermark ? [["now", now] as const] : []),
  ];
  const all = pool.relations !== undefined;
  for (const [occasion, at] of fixed) {
    const rows = all ? pool.rows : pool.rows.slice(0, Math.max(ROWS_PER_INSTANT, Math.ceil(wanted / 8)));
    for (let i = 0; i < rows.length; i += ROWS_AT_T) yield ask(at, occasion, rows.slice(i, i + ROWS_AT_T));
  }
  for (const [occasion, rows] of context.strangers ? strangers(subject, pool, random) : []) {
    // They are nobody's, so each of them comes once whatever else is asked at these instants.
    for (const at of [watermark, watermark + 1n + BigInt(Math.floor(random() * 1e9))]) yield ask(at, occasion, rows);
  }
  for (const [at, rows] of await pushedInstants(context, pool, Math.max(ROWS_PER_INSTANT, Math.ceil(wanted / 16))))
    if (!used.has(at)) yield ask(at, "pushed", rows);
  const reach = subject.members.reduce((most, { view }) => (horizon(view) > most ? horizon(view) : most), LEAST_REACH);
  const edges = await edgeInstants(context, pool, Math.ceil(Math.max(4, (wanted - asked) / ROWS_PER_INSTANT) / 2));
  // Where there are few keys or few instants to draw, most draws have been before.
  for (let idle = 0; asked < wanted && idle < 1_000; ) {
    const edge = random() < 0.5 ? edges.pop() : undefined;
    const at =
      edge?.at ??
      watermark + BigInt(Math.floor(random() * Number(random() < NEAR.part ? reach / NEAR.horizons : reach)));
    if (used.has(at)) {
      idle++;
      continue;
    }
    idle = 0;
    const own = edge?.rows ?? [];
    const fill = Array.from(
      { length: Math.max(0, ROWS_PER_INSTANT - own.length) },
      () => take(pool.rows, random) as Value[],
    );
    yield ask(at, edge?.occasion ?? "random", distinct([...(own as Value[][]), ...fill]));
  }
}

interface EdgeInstant {
  readonly at: bigint;
  readonly occasion: Occasion;
  readonly rows: Value[][];
}

/** Instants at which some event makes a feature change, and a microsecond before and after, with the event's key. */
async function edgeInstants(context: QuestionContext, pool: Pool, instants: number): Promise<EdgeInstant[]> {
  const { subject, marks, watermark, random, seed } = context;
  const found = new Map<bigint, EdgeInstant>();
  const edges = subject.members.flatMap((member) =>
    edgesOf(member.view, marks.get(member.view.name)?.t ?? watermark).map((edge) => ({ member, edge })),
  );
  const rows = new Map<string, InputRow>();
  if (pool.relations)
    for (const row of pool.rows) for (const m of subject.members) rows.set(identity(keyOf(row, m)), row);
  for (const [i, { member, edge }] of edges.entries()) {
    const relation = pool.relations?.get(member);
    // A pool is restricted to its own keys, so that no two pools ask about the same.
    if (pool.relations && relation === undefined && member.inputs.length > 0) continue;
    const limit = Math.ceil(instants / edges.length) + 1;
    for (const { key, et } of await events(context, member, edge, limit, seed + i, relation)) {
      const row = [...(rows.get(identity(key)) ?? take(pool.rows, random))];
      place(row, member, key);
      for (const at of [-1n, 0n, 1n].map((d) => edge.changesAt(et) + d)) {
        if (at < watermark) continue;
        const before = found.get(at);
        if (before) before.rows.push(row);
        else found.set(at, { at, occasion: edge.occasion, rows: [row] });
      }
    }
  }
  return shuffled([...found.values()], random);
}

/** When pushed rows begin to count, and the microsecond before, with their keys: also of keys that the source has not. */
async function pushedInstants(context: QuestionContext, pool: Pool, most: number): Promise<Map<bigint, Value[][]>> {
  const { db, subject, pushed, watermark, random, strangers } = context;
  const own = new Set(pool.rows.map(identity));
  const found = new Map<bigint, Value[][]>();
  for (const member of subject.members) {
    const rows = pushed.get(member.view.name);
    if (!rows) continue;
    for (const { key, ka } of await pushedKeys(db, member, rows, most)) {
      const row = [...take(pool.rows, random)];
      place(row, member, key);
      // Of pools that share no key, one speaks for the keys that are in none.
      if (pool.relations && !own.has(identity(row)) && (pool.given || !strangers)) continue;
      for (const at of [ka - 1n, ka]) if (at >= watermark) found.set(at, distinct([...(found.get(at) ?? []), row]));
    }
  }
  return found;
}

/** Rows of keys that were never seen, and of keys with a null part. */
function strangers({ service }: Subject, pool: Pool, random: () => number): (readonly [Occasion, InputRow[]])[] {
  const keys = service.inputs.flatMap((input, i) => (input.role === "key" ? [i] : []));
  if (keys.length === 0) return [];
  const like = take(pool.rows, random);
  const change = (at: (i: number) => boolean, value: (type: TypeIR, old: Value) => Value): Value[] =>
    like.map((old, i) => (at(i) ? value(service.inputs[i]?.type as TypeIR, old) : old));
  const never = [change((i) => keys.includes(i), neverSeen)];
  const nulls = keys.map((key) =>
    change(
      (i) => i === key,
      () => null,
    ),
  );
  return [
    ["never seen", distinct(never)],
    ["null key", distinct(nulls)],
  ];
}

function withRequest({ service }: Subject, row: InputRow, at: bigint, random: () => number): InputRow {
  if (service.inputs.every((i) => i.role === "key")) return row;
  return row.map((value, i) => {
    const input = service.inputs[i];
    return input?.role === "request" ? requestValue(input.type, at, random) : value;
  });
}
