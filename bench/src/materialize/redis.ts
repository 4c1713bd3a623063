import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { open, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { CACHE } from "../cache.js";
import { timed } from "../measure.js";
import { startRedis } from "../redis-server.js";
import { intoEmptyRedis } from "./into-empty-redis.js";
import { recordStates } from "./ready-made.js";
import { recordingProxy } from "./recording-proxy.js";
import type { Source } from "./source.js";

export interface RedisContenders {
  /** Ours into an empty server, in seconds. */
  ours(): Promise<number>;
  /** Ours with states made before, so without the query and the encoding, in seconds. */
  readyMade(): Promise<number>;
  /** `redis-cli --pipe` with the commands that ours sent into an empty server, in seconds. */
  sameCommands(): Promise<number>;
  /** `redis-cli --pipe` with a plain HSET of each state and mark into an empty server, in seconds: nothing is compared. */
  plainHsets(): Promise<number>;
  stop(): Promise<void>;
}

/** A server of its own, and a file of what one materialization leaves in it. */
export async function openRedis(source: Source): Promise<RedisContenders> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  const file = (name: string) => join(CACHE, `redis-${process.pid}-${name}.resp`);
  const files = [file("same"), file("plain")] as const;
  const into = (url: string) => intoEmptyRedis(redis, url, (store) => source.materialize(store));
  const readyMade = await recordStates(source);
  await into(server.url);
  const [same, plain] = files;
  await writeFile(same, await sentBy(server.port, into));
  await writeFile(plain, Buffer.concat(await leftInRedis(redis)));
  const hashes = await redis.dbsize();
  const replay = async (path: string): Promise<number> => {
    await redis.flushall();
    const { seconds } = await timed(() => pipe(server.port, path));
    const keys = await redis.dbsize();
    if (keys !== hashes) throw new Error(`the peer wrote ${keys} of ${hashes} hashes`);
    return seconds;
  };
  return {
    ours: () => into(server.url),
    readyMade: () => intoEmptyRedis(redis, server.url, readyMade),
    sameCommands: () => replay(same),
    plainHsets: () => replay(plain),
    stop: async () => {
      redis.disconnect();
      await server.stop();
      for (const path of files) await rm(path, { force: true });
    },
  };
}

/** What a client of the server sends, of which the server knows the scripts already. */
async function sentBy(server: number, work: (url: string) => Promise<unknown>): Promise<Buffer> {
  const proxy = await recordingProxy(server);
  await work(`redis://127.0.0.1:${proxy.port}`);
  await proxy.stop();
  return replayable(proxy.sent());
}

/** Without leave-taking, and without what tells the server who the client is: Redis before 7.2 refuses it, which clients pass over. */
function replayable(sent: Buffer): Buffer {
  const text = sent.toString("latin1");
  const setInfo = /\*4\r\n\$6\r\nclient\r\n\$7\r\nSETINFO\r\n(\$\d+\r\n[^\r]*\r\n){2}/gi;
  return Buffer.from(text.replace(setInfo, "").replace(/\*1\r\n\$4\r\nquit\r\n/gi, ""), "latin1");
}

/** An HSET for each state and mark, in an order that has nothing to do with the server's own. */
async function leftInRedis(redis: Redis): Promise<Buffer[]> {
  const commands: { readonly order: string; readonly command: Buffer }[] = [];
  let cursor = "0";
  do {
    const [next, keys] = await redis.scanBuffer(cursor, "COUNT", 1_000);
    const pipeline = redis.pipeline();
    for (const key of keys) pipeline.callBuffer("HGETALL", key);
    const replies = (await pipeline.exec()) ?? [];
    keys.forEach((key, i) => {
      const fields = replies[i]?.[1] as Buffer[];
      for (let f = 0; f < fields.length; f += 2) {
        const [field, value] = fields.slice(f, f + 2) as [Buffer, Buffer];
        const order = createHash("sha1").update(key).update(field).digest("hex");
        commands.push({ order, command: resp([Buffer.from("HSET"), key, field, value]) });
      }
    });
    cursor = next.toString();
  } while (cursor !== "0");
  return commands.sort((a, b) => (a.order < b.order ? -1 : 1)).map(({ command }) => command);
}

function resp(words: readonly Buffer[]): Buffer {
  const parts = words.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), word, Buffer.from("\r\n")]);
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts]);
}

async function pipe(port: number, path: string): Promise<void> {
  const file = await open(path);
  try {
    const child = spawn("redis-cli", ["-p", String(port), "--pipe"], { stdio: [file.fd, "pipe", "inherit"] });
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk;
    });
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => resolve());
    });
    if (!output.includes("errors: 0, replies: ")) throw new Error(`redis-cli --pipe says: ${output}`);
  } finally {
    await file.close();
  }
}
