import type { catalogOf, fetchCatalog, RunningServer, ServerOptions } from "@lockstep/server";
import type { FeatureStore } from "lockstep";

export interface OpenOptions {
  readonly cwd: string;
  /** Default: LOCKSTEP_ENV, then the configuration's own. */
  readonly environment?: string;
  /** Interrupts the query under way. */
  readonly signal: AbortSignal;
  /** Told the fraction done, 0 to 1, while a query runs. */
  readonly onQueryProgress: (fraction: number) => void;
}

/** What the commands stand on. Each is loaded when it is first called, so that `fs --help` is quick. */
export interface Services {
  openStore(options: OpenOptions): Promise<FeatureStore>;
  startServer(options: ServerOptions): Promise<RunningServer>;
  /** What a server of these declarations says of its services. */
  catalogOf(...args: Parameters<typeof catalogOf>): Promise<ReturnType<typeof catalogOf>>;
  fetchCatalog: typeof fetchCatalog;
  /** Writes the 20 orders of the example that `fs init` makes. */
  writeExampleData(path: string): Promise<void>;
}
