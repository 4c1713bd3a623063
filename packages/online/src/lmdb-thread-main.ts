import { parentPort, workerData } from "node:worker_threads";
import { acquireLmdb, releaseLmdb } from "./lmdb-environment.js";
import { lmdbFailure } from "./lmdb-errors.js";
import { lmdbKeys } from "./lmdb-keys.js";
import { putStates } from "./lmdb-put.js";
import type { PutAnswer, PutOrder, ThreadData } from "./lmdb-thread-messages.js";

// Carries out orders until it is told null. Those that wait while one is committed are committed together.

const { path, project } = workerData as ThreadData;
const keys = lmdbKeys(project);
const environment = acquireLmdb(path);
const running = new Set<Promise<void>>();

parentPort?.on("message", (order: PutOrder | null) => {
  if (!order) return void end();
  const task = carryOut(order).finally(() => running.delete(task));
  running.add(task);
});

async function carryOut({ order, generation, states }: PutOrder): Promise<void> {
  let answer: PutAnswer;
  try {
    answer = { order, puts: await putStates((await environment).db, keys, generation, states) };
  } catch (error) {
    answer = { order, failures: (await lmdbFailure(error, path)).diagnostics };
  }
  parentPort?.postMessage(answer);
}

async function end(): Promise<void> {
  await Promise.all(running);
  await releaseLmdb(await environment);
  parentPort?.close();
}
