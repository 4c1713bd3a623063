import type { OnlineStore } from "@lockstep/online";

/** Tells how long each read of the store took, in seconds, and whether it was good. */
export function measureStore<S extends OnlineStore>(store: S, told: (seconds: number, ok: boolean) => void): S {
  const read: OnlineStore["read"] = async (keys, generations) => {
    const started = performance.now();
    let ok = false;
    try {
      const result = await store.read(keys, generations);
      ok = true;
      return result;
    } finally {
      told((performance.now() - started) / 1000, ok);
    }
  };
  return new Proxy(store, {
    get: (target, name) => {
      if (name === "read") return read;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
