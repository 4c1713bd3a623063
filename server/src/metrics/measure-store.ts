import type { OnlineStore } from "@lockstep/online";
import { overriding } from "../overriding.js";

/** Tells how long each read of the store took, in seconds, and whether it was good. */
export function measureStore<S extends OnlineStore>(store: S, told: (seconds: number, ok: boolean) => void): S {
  const own = store.read.bind(store);
  const read: OnlineStore["read"] = (keys, generations) => {
    const started = performance.now();
    const tell = (ok: boolean): void => told((performance.now() - started) / 1000, ok);
    const reading = own(keys, generations);
    reading.then(
      () => tell(true),
      () => tell(false),
    );
    return reading;
  };
  return overriding(store, { read });
}
