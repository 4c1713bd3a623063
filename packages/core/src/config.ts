import type { Duration } from "./duration.js";

/** A value that is read from the process environment when it is needed, and never stored, hashed or logged. */
export interface Secret {
  readonly env: string;
}

/** Names an environment variable that holds a secret: `url: env("REDIS_URL")`. */
export const env = (name: string): Secret => Object.freeze({ env: name });

/** Where one environment keeps its things. Relative paths start at the folder of `lockstep.config.ts`. */
export interface EnvironmentConfig {
  /** The registry: a folder. Default `.lockstep/<environment>/registry`. */
  readonly registry?: string;
  /** The online store. Default: LMDB in `.lockstep/<environment>/online`. */
  readonly online?:
    | { readonly kind: "lmdb"; readonly path?: string }
    | { readonly kind: "redis"; readonly url?: string | Secret; readonly keyPrefix?: string };
  /** What relative source paths start from. Default: the folder of the configuration. */
  readonly dataRoot?: string;
  /** A fixed instant in place of the clock, for data of the past: `2001-06-15T12:00:00Z`. */
  readonly clock?: string;
  /** DuckDB's memory limit, such as `8GB`, where work larger than it spills to, and the number of threads. */
  readonly duckdb?: { readonly memoryLimit?: string; readonly tempDirectory?: string; readonly threads?: number };
  readonly server?: { readonly host?: string; readonly port?: number };
}

/** `lockstep.config.ts`: the project, where its features are declared, and its environments. */
export interface LockstepConfig {
  /** Separates this project's keys from others' in one store. */
  readonly project: string;
  /** The module that exports the declarations. Default `features.ts`. */
  readonly features?: string;
  /** Used where `--env` and LOCKSTEP_ENV name none. Default: the only one, or `dev`. */
  readonly defaultEnvironment?: string;
  readonly environments?: Readonly<Record<string, EnvironmentConfig>>;
  /** How long `fs parity` may take, and the like: defaults of commands. */
  readonly parity?: { readonly budget?: Duration };
}

/** Gives `lockstep.config.ts` its types. */
export const defineConfig = <const C extends LockstepConfig>(config: C): C => config;
