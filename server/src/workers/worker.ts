import cluster from "node:cluster";
import prometheus, { type Registry } from "prom-client";
import { type Answers, type FromPrimary, type FromWorker, isOurs, type Question } from "./messages.js";

const LONGEST_MS = 6_000;

let next = 0;
const waiting = new Map<number, (message: FromPrimary & { lockstep: "answer" }) => void>();

/** In a worker: what the primary knows of all of them. */
export function askPrimary<Q extends Question>(what: Q): Promise<Answers[Q]> {
  const id = next++;
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      waiting.delete(id);
      reject(new Error("the primary process gave no answer"));
    }, LONGEST_MS);
    waiting.set(id, ({ answer, error }) => {
      clearTimeout(limit);
      waiting.delete(id);
      if (error === undefined) resolve(answer as Answers[Q]);
      else reject(new Error(error));
    });
    process.send?.({ lockstep: "ask", id, what } satisfies FromWorker);
  });
}

/** Makes this process a worker that the primary can ask and stop. Not a worker: nothing happens. */
export function joinWorkers(registry: Registry): void {
  if (!cluster.isWorker) return;
  prometheus.AggregatorRegistry.setRegistries([registry]);
  new prometheus.AggregatorRegistry();
  const terminate = onceOnly();
  process.on("message", (message: unknown) => {
    if (!isOurs(message)) return;
    if (message.lockstep === "stop") terminate();
    if (message.lockstep === "answer") waiting.get(message.id)?.(message);
  });
}

/**
 * A terminal, or a supervisor, signals every process of a group, and the primary tells its workers, too. Only one of
 * that counts, since the second signal ends a process at once.
 */
function onceOnly(): () => void {
  const handlers = process.listeners("SIGTERM");
  let stopping = false;
  const terminate = () => {
    if (stopping) return;
    stopping = true;
    for (const handler of handlers) handler("SIGTERM");
  };
  process.removeAllListeners("SIGTERM");
  process.removeAllListeners("SIGINT");
  process.on("SIGTERM", terminate);
  process.on("SIGINT", () => {});
  return terminate;
}
