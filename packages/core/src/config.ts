import type { Duration } from "./duration.js";
import type { ServerConfig } from "./server-config.js";

/** A value that is read from the process environment when it is needed, and never stored, hashed or logged. */
export interface Secret {
  readonly env: string;
}

/** Names an environment variable that holds a secret: `url: env("REDIS_URL")`. */
export const env = (name: string): Secret => Object.freeze({ env: name });

/** Certificates to trust or to show, as files; `true` where Node knows what to trust. */
export type TlsConfig =
  | boolean
  | { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly serverName?: string };

/** What every arrangement of Redis servers has in common. */
export interface RedisConfig {
  readonly username?: string | Secret;
  readonly password?: string | Secret;
  readonly tls?: TlsConfig;
  /** Begins every key. Default `lockstep:`. */
  readonly keyPrefix?: string;
  /** Default `3s`. */
  readonly connectTimeout?: Duration;
  /** Default `5s`. */
  readonly commandTimeout?: Duration;
  /** How often a command is sent again over a new connection. Default 2. */
  readonly retries?: number;
  /** How many replicas of each server must have a run before it is published. Default 0: those that are connected. */
  readonly replicas?: number;
  /** How long a run waits for the replicas before it is published. Default `10s`. */
  readonly replicaTimeout?: Duration;
  /** How many states a second are looked at when a generation is swept. Default 100,000. */
  readonly sweepRate?: number;
}

/** Where online values lie. Addresses are `host:port`. */
export type OnlineConfig =
  | { readonly kind: "lmdb"; readonly path?: string }
  | ({ readonly kind: "redis"; readonly url?: string | Secret } & RedisConfig)
  | ({
      readonly kind: "redis-sentinel";
      /** The name under which the Sentinels watch the primary. */
      readonly master: string;
      readonly sentinels: readonly string[];
      readonly database?: number;
      readonly sentinelUsername?: string | Secret;
      readonly sentinelPassword?: string | Secret;
      readonly sentinelTls?: TlsConfig;
    } & RedisConfig)
  | ({
      readonly kind: "redis-cluster";
      readonly nodes: readonly string[];
      /** The address that nodes name to the one under which they are reached from here. */
      readonly natMap?: Readonly<Record<string, string>>;
    } & RedisConfig);

/** Where one environment keeps its things. Relative paths start at the folder of `lockstep.config.ts`. */
export interface EnvironmentConfig {
  /** The registry: a folder. Default `.lockstep/<environment>/registry`. */
  readonly registry?: string;
  /** The online store. Default: LMDB in `.lockstep/<environment>/online`. */
  readonly online?: OnlineConfig;
  /** What relative source paths start from. Default: the folder of the configuration. */
  readonly dataRoot?: string;
  /**
   * What is noted of each run for `fs parity --log`. `keys`: a hash of each key's rows too. Default true. `keep`: of how many
   * runs of each view. Default 100.
   */
  readonly evidence?: { readonly keys?: boolean; readonly keep?: number };
  /** A fixed instant in place of the clock, for data of the past: `2001-06-15T12:00:00Z`. */
  readonly clock?: string;
  /** DuckDB's memory limit, such as `8GB`, where work larger than it spills to, and the number of threads. */
  readonly duckdb?: { readonly memoryLimit?: string; readonly tempDirectory?: string; readonly threads?: number };
  readonly server?: ServerConfig;
}

export interface ParityConfig {
  /** How long a run may take: it begins nothing more after that. Default: no limit. */
  readonly budget?: Duration;
  /** How many keys a second it may read from the online store. Default: no limit. */
  readonly rate?: number;
  /** Which part of the values may differ for an explained cause: `0.1%`. Default `0%`. */
  readonly allow?: string;
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
  /** Defaults of `fs parity`. */
  readonly parity?: ParityConfig;
}

/** Gives `lockstep.config.ts` its types. */
export const defineConfig = <const C extends LockstepConfig>(config: C): C => config;
