import { resolve } from "node:path";
import type { FeatureStore } from "lockstep";
import type { Io } from "./io.js";
import type { Progress } from "./progress.js";
import type { Services } from "./services.js";

/** What a command works with. */
export interface Context {
  readonly io: Io;
  readonly services: Services;
  readonly progress: Progress;
  /** The folder of `--cwd`, which relative paths start from. */
  readonly cwd: string;
  /** The store, opened when it is first asked for and closed at the end. */
  store(): Promise<FeatureStore>;
  /** Runs at the end, the last one first. */
  atEnd(work: () => Promise<void>): void;
}

export interface OwnedContext extends Context {
  end(): Promise<void>;
}

export interface ContextOptions {
  readonly cwd?: string;
  readonly env?: string;
}

export function createContext(services: Services, io: Io, progress: Progress, options: ContextOptions): OwnedContext {
  const cwd = resolve(io.cwd, options.cwd ?? ".");
  const last: (() => Promise<void>)[] = [];
  let opening: Promise<FeatureStore> | undefined;
  const open = async () => {
    const store = await services.openStore({
      cwd,
      ...(options.env === undefined ? {} : { environment: options.env }),
      signal: io.stop,
      onQueryProgress: (fraction) => progress.fraction(fraction),
    });
    last.push(() => store.close());
    return store;
  };
  return {
    io,
    services,
    progress,
    cwd,
    store: () => (opening ??= open()),
    atEnd: (work) => void last.push(work),
    end: async () => {
      for (let work = last.pop(); work; work = last.pop()) await work();
    },
  };
}
