import { connect, type Socket } from "node:net";

/** One request, whole, as it goes over the wire. */
export type Request = Buffer;

/** A POST of JSON. */
export function postOf(path: string, body: string, headers: readonly string[]): Request {
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    "content-type: application/json",
    ...headers,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}

export interface Reply {
  readonly status: number;
  readonly head: string;
  /** Of its body, in bytes. */
  readonly size: number;
}

/** A connection that is kept alive. */
export function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

const HEAD_END = Buffer.from("\r\n\r\n");

/** Sends a request and waits for its whole answer, whose body's pieces are kept only where there is a list for them. */
export function exchange(socket: Socket, request: Request, kept?: Buffer[]): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let head: Buffer = Buffer.alloc(0);
    let reply: Reply | null = null;
    let left = 0;
    const end = (): void => {
      socket.off("data", onData);
      socket.off("close", onClose);
    };
    const onClose = (): void => {
      end();
      reject(new Error("the connection was closed before the answer was there"));
    };
    const onData = (chunk: Buffer): void => {
      let body = chunk;
      if (reply === null) {
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
        const at = head.indexOf(HEAD_END);
        if (at < 0) return;
        reply = replyOf(head.toString("latin1", 0, at));
        left = reply.size;
        body = head.subarray(at + HEAD_END.length);
      }
      if (body.length > 0) kept?.push(body);
      left -= body.length;
      if (left > 0) return;
      end();
      resolve(reply);
    };
    socket.on("data", onData);
    socket.on("close", onClose);
    socket.write(request);
  });
}

function replyOf(head: string): Reply {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
  const size = Number(/content-length: (\d+)/i.exec(head)?.[1]);
  return { status, head, size: Number.isInteger(size) ? size : 0 };
}
