import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { LockstepError } from "@lockstep/core";
import type { LmdbPut } from "./lmdb-put.js";
import type { PutAnswer, PutOrder, ThreadData } from "./lmdb-thread-messages.js";
import type { States } from "./states.js";

interface Waiting {
  readonly resolve: (puts: LmdbPut[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Built: a thread can't begin in TypeScript. */
const ENTRY = "@lockstep/online/lmdb-thread-main";

/** Puts states in a thread of its own, which begins with the first of them. */
export class LmdbThread {
  readonly #data: ThreadData;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #orders = 0;

  constructor(path: string, project: string) {
    this.#data = { path, project };
  }

  /** As `putStates`; the states stay the caller's. */
  put(generation: number, states: States): Promise<LmdbPut[]> {
    const worker = this.begin();
    const order: PutOrder = {
      order: ++this.#orders,
      generation,
      states: { count: states.count, bytes: states.bytes.slice(), ends: states.ends.slice() },
    };
    return new Promise((resolve, reject) => {
      this.#waiting.set(order.order, { resolve, reject });
      worker.ref();
      worker.postMessage(order, [order.states.bytes.buffer as ArrayBuffer, order.states.ends.buffer as ArrayBuffer]);
    });
  }

  /** Once nothing waits any more. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    worker.ref();
    worker.postMessage(null);
    await ended;
  }

  /** It takes some time. */
  begin(): Worker {
    this.#worker ??= this.#made();
    return this.#worker;
  }

  #made(): Worker {
    const worker = new Worker(createRequire(import.meta.url).resolve(ENTRY), { workerData: this.#data });
    worker.unref();
    worker.on("message", ({ order, puts, failures }: PutAnswer) => {
      const waiting = this.#waiting.get(order);
      this.#waiting.delete(order);
      // A process that has nothing else to do may end.
      if (this.#waiting.size === 0) worker.unref();
      if (puts) waiting?.resolve(puts);
      else waiting?.reject(new LockstepError(failures));
    });
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", () => {
      this.#worker = null;
      this.#fail(new Error("the thread that writes has ended"));
    });
    return worker;
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
