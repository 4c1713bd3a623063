import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Kills the server as a crash would, but keeps its port and folder. */
  kill(): Promise<void>;
  /** Starts it again after `kill`; without `appendOnly` it comes back empty. */
  restart(): Promise<void>;
  /** Stops the process where it is, as a machine that hangs; `resume` lets it go on. */
  pause(): void;
  resume(): void;
  /** Kills the server and removes its folder. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** Keep the data over a restart. */
  readonly appendOnly?: boolean;
  /** More of redis-server's own arguments, such as `--maxmemory 3mb`. */
  readonly args?: readonly string[];
  /** Only a port below this one. */
  readonly below?: number;
  /** All of redis-server's arguments, where it is no ordinary server. */
  readonly program?: (port: number, folder: string) => Promise<readonly string[]>;
}

const STARTS = 5;
const START_MS = 30_000;

/** No server outlives the tests. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A real redis-server on a free loopback port, in a folder of its own. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-redis-"));
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(options.below);
    try {
      let child = await launch(port, folder, options);
      const kill = async (): Promise<void> => terminate(child);
      return {
        url: `redis://127.0.0.1:${port}`,
        port,
        kill,
        restart: async () => {
          await kill();
          child = await launch(port, folder, options);
        },
        pause: () => void child.kill("SIGSTOP"),
        resume: () => void child.kill("SIGCONT"),
        stop: async () => {
          await kill();
          await rm(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      // Another process can take the port between finding and using it.
      if (attempt === STARTS) throw error;
    }
  }
}

async function launch(
  port: number,
  folder: string,
  { appendOnly, args = [], program }: RedisServerOptions,
): Promise<ChildProcess> {
  const ordinary = [
    ...["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--save", ""],
    ...["--appendonly", appendOnly ? "yes" : "no", "--appendfsync", "always"],
    ...args,
  ];
  const child = spawn("redis-server", program ? await program(port, folder) : ordinary, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => {
    log += chunk;
  });
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  for (const end = Date.now() + START_MS; Date.now() < end; await sleep(20)) {
    if (failure !== undefined) throw failure;
    if (child.exitCode !== null) throw new Error(`redis-server ended with code ${child.exitCode}:\n${log}`);
    if (await answers(port)) return child;
  }
  await terminate(child);
  throw new Error(`redis-server did not answer on port ${port} within ${START_MS} ms:\n${log}`);
}

function terminate(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

/** True where the server answers a PING, even if only to ask for a password. */
const answers = (port: number): Promise<boolean> =>
  askRedis(port, "PING").then(
    (reply) => /^(\+PONG|-NOAUTH)/.test(reply),
    () => false,
  );

/** Sends one command in plain words and gives the beginning of the raw reply. */
export function askRedis(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
    socket.setTimeout(1_000, () => socket.destroy(new Error(`no answer to ${command}`)));
    socket.once("error", reject);
    socket.once("data", (reply) => {
      socket.destroy();
      resolve(reply.toString());
    });
  });
}

async function freePort(below = 65_536): Promise<number> {
  for (;;) {
    const port = await anyFreePort();
    if (port < below) return port;
  }
}

function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
