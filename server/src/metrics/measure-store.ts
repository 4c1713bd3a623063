import type { OnlineStore } from "@lockstep/online";
import { overriding } from "../overriding.js";

/** Tells how long each read of the store took, in seconds, and whether it was good. */
export function measureStore<S extends OnlineStore>(store: S, told: (seconds: number, ok: boolean) => void): S {
  const own = store.read.bind(store);
  const read: OnlineStore["read"] = async (keys, generations) => {
    const started = performance.now();
    let ok = false;
    try {
      const result = await own(keys, generations);
      ok = true;
      return result;
    } finally {
      told((performance.now() - started) / 1000, ok);
    }
  };
  return overriding(store, { read });
}
