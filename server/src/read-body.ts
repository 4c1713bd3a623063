import type { IncomingMessage } from "node:http";

/** A body beyond its limit. */
export class BodyTooLarge extends Error {
  constructor(readonly limit: number) {
    super(`the body has more than ${limit} bytes`);
  }
}

/** The caller hung up before all of the body was there. */
export class CallerGone extends Error {}

/** A request's body. Not an async iteration, which costs more than all else that is done with a small body. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > limit) return reject(new BodyTooLarge(limit));
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else {
        request.pause();
        reject(new BodyTooLarge(limit));
      }
    });
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on("error", () => reject(new CallerGone()));
    request.on("close", () => {
      if (!request.complete) reject(new CallerGone());
    });
  });
}

/** As `readBody`, of a Fetch request. */
export async function readFetched(request: Request, limit: number): Promise<Buffer> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw new BodyTooLarge(limit);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > limit) throw new BodyTooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
