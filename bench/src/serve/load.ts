import type { Socket } from "node:net";
import { connected, exchange, type Request } from "./connection.js";

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, at even distances, whether or not earlier ones are answered; 0: each connection's next at once. */
  readonly rate: number;
  readonly requests: readonly Request[];
}

export interface Load {
  readonly rate: number;
  /** In milliseconds, from when a request was due, or from when the timer said so. */
  readonly p50: number;
  readonly p99: number;
  readonly bytes: number;
}

/**
 * Loads a server over connections that are kept alive, one request at a time on each. What was asked for within the time
 * counts, however late its answer. Anything but 200 fails it.
 */
export async function load({ port, connections, seconds, rate, requests }: LoadOptions): Promise<Load> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  const times: number[] = [];
  let next = 0;
  let bytes = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  let last = start;
  const interval = rate > 0 ? 1000 / rate : 0;
  let due = start;
  const ask = async (socket: Socket): Promise<void> => {
    for (;;) {
      let begin = interval > 0 ? due : performance.now();
      due += interval;
      if (begin >= end) return;
      const wait = begin - performance.now();
      if (wait > 0) {
        // A timer is late by up to a millisecond, which is not the server's doing.
        await new Promise((resolve) => setTimeout(resolve, wait));
        begin = performance.now();
      }
      const { status, head, size } = await exchange(socket, requests[next++ % requests.length] as Request);
      if (status !== 200) throw new Error(head);
      last = performance.now();
      times.push(last - begin);
      bytes = size;
    }
  };
  await Promise.all(sockets.map(ask));
  for (const socket of sockets) socket.destroy();
  times.sort((a, b) => a - b);
  const quantile = (p: number) => times[Math.min(times.length - 1, Math.ceil(p * times.length) - 1)] ?? Number.NaN;
  return { rate: (times.length / (last - start)) * 1000, p50: quantile(0.5), p99: quantile(0.99), bytes };
}
