import { connect, type Socket } from "node:net";

/** One request, whole, as it goes over the wire. */
export type Request = Buffer;

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

/** Loads a server over connections that are kept alive, one request at a time on each. Anything but 200 fails it. */
export async function load({ port, connections, seconds, rate, requests }: LoadOptions): Promise<Load> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const times: number[] = [];
  let next = 0;
  let bytes = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
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
      const size = await exchange(socket, requests[next++ % requests.length] as Request);
      const now = performance.now();
      if (now > end) return;
      times.push(now - begin);
      bytes = size;
    }
  };
  await Promise.all(sockets.map(ask));
  for (const socket of sockets) socket.destroy();
  times.sort((a, b) => a - b);
  const quantile = (p: number) => times[Math.min(times.length - 1, Math.ceil(p * times.length) - 1)] ?? Number.NaN;
  return { rate: times.length / seconds, p50: quantile(0.5), p99: quantile(0.99), bytes };
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

const HEAD_END = Buffer.from("\r\n\r\n");

/** Sends a request and waits for its whole answer. Gives the size of its body. */
function exchange(socket: Socket, request: Request): Promise<number> {
  return new Promise((resolve, reject) => {
    let head: Buffer | null = Buffer.alloc(0);
    let left = 0;
    let size = 0;
    const done = (): void => {
      socket.off("data", onData);
      resolve(size);
    };
    const onData = (chunk: Buffer): void => {
      let body = chunk;
      if (head !== null) {
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
        const at = head.indexOf(HEAD_END);
        if (at < 0) return;
        const text = head.toString("latin1", 0, at);
        size = Number(/content-length: (\d+)/i.exec(text)?.[1]);
        if (!text.startsWith("HTTP/1.1 200") || !Number.isInteger(size)) {
          reject(new Error(head.toString("utf8", 0, 1000)));
          return;
        }
        left = size;
        body = head.subarray(at + HEAD_END.length);
        head = null;
      }
      left -= body.length;
      if (left <= 0) done();
    };
    socket.on("data", onData);
    socket.write(request);
  });
}
