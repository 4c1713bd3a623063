import { whenAllAbort } from "./abort.js";
import { LockstepClientError } from "./error.js";
import { later } from "./later.js";
import type { Query } from "./query.js";
import type { Restored } from "./restore.js";

export interface Ask {
  readonly query: Query;
  /** In ISO 8601; absent: now. */
  readonly at: string | undefined;
  readonly rows: readonly object[];
}

/** Somebody who waits for an answer, until an instant of `performance.now()`. */
export interface Waiting {
  readonly signal: AbortSignal;
  readonly until: number;
}

export type Send = (ask: Ask, waiting: Waiting) => Promise<Restored>;

interface Call extends Ask, Waiting {
  readonly resolve: (answer: Restored) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls of one turn of the event loop become one request where they ask for the same columns at the same instant. */
export function batched(send: Send, mostRows: number): Send {
  let open: Call[] = [];
  const flush = () => {
    const calls = open;
    open = [];
    for (const batch of batchesOf(calls, mostRows)) void answer(batch, send);
  };
  return (ask, waiting) =>
    new Promise((resolve, reject) => {
      if (open.push({ ...ask, ...waiting, resolve, reject }) === 1) later(flush);
    });
}

/** In the order they came; no batch has more rows than it may but where a single call has. */
function batchesOf(calls: readonly Call[], mostRows: number): Call[][] {
  const batches: Call[][] = [];
  for (const call of calls) {
    const alike = batches.findLast(([first]) => first?.query === call.query && first.at === call.at);
    if (alike && rowsOf(alike).length + call.rows.length <= mostRows) alike.push(call);
    else batches.push([call]);
  }
  return batches;
}

const rowsOf = (calls: readonly Call[]): readonly object[] => calls.flatMap((call) => call.rows);

/** Each call gets its own part. Where one may have spoilt it for the others, halves are asked for by themselves. */
async function answer(batch: readonly Call[], send: Send): Promise<void> {
  const calls = batch.filter((call) => !call.signal.aborted);
  const [first] = calls;
  if (!first) return;
  const signal = whenAllAbort(calls.map((call) => call.signal));
  const until = Math.max(...calls.map((call) => call.until));
  try {
    const whole = await send({ query: first.query, at: first.at, rows: rowsOf(calls) }, { signal, until });
    let from = 0;
    for (const { rows, resolve } of calls) {
      resolve(part(whole, from, rows.length));
      from += rows.length;
    }
  } catch (error) {
    if (calls.length > 1 && mayBeOfOne(error)) {
      const half = calls.length >> 1;
      await Promise.all([answer(calls.slice(0, half), send), answer(calls.slice(half), send)]);
    } else for (const { reject } of calls) reject(error);
  }
}

function part({ t, watermark, rows, errors }: Restored, from: number, count: number): Restored {
  const own = errors.filter(({ row }) => row >= from && row < from + count);
  return {
    t,
    watermark,
    rows: rows.slice(from, from + count),
    errors: own.map((error) => ({ ...error, row: error.row - from })),
  };
}

/** What is wrong with some rows, or with having so many, rather than with the server. */
const OF_ONE =
  /^(GRAPHQL_INVALID|VALUE_INVALID|INPUT_MISSING|LIMIT_ENTITIES|LIMIT_COST|LIMIT_TIME|BODY_TOO_LARGE|BEFORE_WATERMARK)$/;
const mayBeOfOne = (error: unknown): boolean => error instanceof LockstepClientError && OF_ONE.test(error.code);
