import type { Socket } from "node:net";
import { connected, exchange } from "../../bench/src/serve/connection.js";
import type { Question } from "./questions.js";

/** An answer that is kept to be judged, and when it was asked for and had, in microseconds of the wall clock. */
export interface Sample extends Question {
  readonly sent: bigint;
  readonly received: bigint;
  readonly body: string;
}

export interface Loaded {
  readonly requests: number;
  /** Answered a second. */
  readonly rate: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly failures: readonly string[];
  readonly failed: number;
  readonly samples: readonly Sample[];
}

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second at even distances; 0: each connection's next at once. */
  readonly rate: number;
  readonly question: () => Question;
  /** How many answers are kept, evenly over the time. */
  readonly samples: number;
  readonly clock: () => bigint;
}

const TOLD = 10;

/** Asks for so long. Whatever is no answer with 200 is a failure, and is asked on. */
export async function load(options: LoadOptions): Promise<Loaded> {
  const { port, connections, seconds, rate, question, clock } = options;
  const times: number[] = [];
  const samples: Sample[] = [];
  const failures: string[] = [];
  let failed = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const interval = rate > 0 ? 1000 / rate : 0;
  let due = start;
  const isDue = () => samples.length < options.samples * Math.min(1, (performance.now() - start) / (seconds * 950));
  const ask = async (opened: Socket): Promise<void> => {
    let socket = opened;
    for (;;) {
      if (interval > 0) {
        const wait = due - performance.now();
        due += interval;
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      }
      const begin = performance.now();
      if (begin >= end) return void socket.destroy();
      const asked = question();
      const kept: Buffer[] | undefined = isDue() ? [] : undefined;
      const sent = clock();
      try {
        const { status, head } = await exchange(socket, asked.request, kept);
        if (status !== 200) throw new Error(head);
        if (kept) samples.push({ ...asked, sent, received: clock(), body: Buffer.concat(kept).toString() });
      } catch (error) {
        failed++;
        if (failures.length < TOLD) failures.push(`asked at ${sent}: ${String(error)}`);
        socket.destroy();
        socket = await connected(port);
      }
      times.push(performance.now() - begin);
    }
  };
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  await Promise.all(sockets.map(ask));
  const sorted = Float64Array.from(times).sort();
  const quantile = (p: number) => sorted[Math.ceil(p * sorted.length) - 1] ?? Number.NaN;
  const took = (performance.now() - start) / 1000;
  const { length: requests } = times;
  return { requests, rate: requests / took, p50: quantile(0.5), p99: quantile(0.99), failures, failed, samples };
}
