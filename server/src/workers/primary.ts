import cluster, { type Worker } from "node:cluster";
import { LockstepError } from "@lockstep/core";
import prometheus from "prom-client";
import type { Logger } from "../logs/logger.js";
import { type Answers, type FromPrimary, type FromWorker, isOurs } from "./messages.js";

export interface WorkersOptions {
  readonly workers: number;
  readonly log: Logger;
  /** How long a worker may take to end. */
  readonly graceMs: number;
}

export interface RunningWorkers {
  readonly port: number;
  /** Tells all workers to answer what is under way and end; ends those that take too long. */
  close(): Promise<void>;
}

const LONGEST_PAUSE_MS = 30_000;

/** Starts this very program so many times as workers of one port. One that ends by itself is started again. */
export async function startWorkers({ workers: count, log, graceMs }: WorkersOptions): Promise<RunningWorkers> {
  const listening = new Set<Worker>();
  const all = new prometheus.AggregatorRegistry();
  const answers: { readonly [Q in keyof Answers]: () => Promise<Answers[Q]> } = {
    metrics: () => all.clusterMetrics(),
    workers: async () => ({ listening: listening.size, of: count }),
  };
  let closing = false;
  let ended = 0;
  // What a worker prints about its start is said once, by the primary; its log is this process's.
  cluster.setupPrimary({ stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const fork = (): Worker => {
    const worker = cluster.fork();
    worker.on("message", (message: unknown) => {
      if (isOurs(message)) void reply(worker, message as FromWorker);
    });
    worker.on("listening", () => listening.add(worker));
    worker.on("exit", (code, signal) => {
      const served = listening.delete(worker);
      if (closing || !served) return;
      const pause = Math.min(LONGEST_PAUSE_MS, 100 * 2 ** ended++);
      log("error", "worker ended", { worker: worker.id, error: `code ${code}, signal ${signal}` });
      setTimeout(() => {
        if (!closing) fork();
      }, pause).unref();
    });
    return worker;
  };
  const reply = async (worker: Worker, { id, what }: FromWorker): Promise<void> => {
    const send = (message: FromPrimary) => {
      if (worker.isConnected()) worker.send(message);
    };
    try {
      send({ lockstep: "answer", id, answer: await answers[what]() });
    } catch (error) {
      send({ lockstep: "answer", id, error: String(error) });
    }
  };
  const close = async (): Promise<void> => {
    closing = true;
    const running = Object.values(cluster.workers ?? {}).filter((w): w is Worker => w !== undefined);
    await Promise.all(running.map((worker) => stopped(worker, graceMs)));
  };
  try {
    const [port = 0] = await Promise.all(Array.from({ length: count }, () => begun(fork())));
    return { port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The port, once the worker listens. */
function begun(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once("listening", ({ port }) => resolve(port));
    worker.once("exit", (code, signal) =>
      reject(
        new LockstepError({
          code: "WORKER_FAILED",
          place: `worker ${worker.id}`,
          what: `it ended with ${signal ?? `code ${code}`} before it could answer`,
          mend: "its own error says why; it is printed above",
        }),
      ),
    );
  });
}

function stopped(worker: Worker, graceMs: number): Promise<void> {
  if (worker.isDead()) return Promise.resolve();
  return new Promise((resolve) => {
    const limit = setTimeout(() => worker.process.kill("SIGKILL"), graceMs + 2_000);
    worker.once("exit", () => {
      clearTimeout(limit);
      resolve();
    });
    if (worker.isConnected()) worker.send({ lockstep: "stop" } satisfies FromPrimary);
    else worker.process.kill("SIGTERM");
  });
}
