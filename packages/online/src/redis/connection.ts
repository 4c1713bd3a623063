import type { ConnectionOptions } from "node:tls";
import type { CommonRedisOptions } from "ioredis";

/** What every arrangement of servers has in common. Times in milliseconds. */
export interface ConnectionSettings {
  readonly username?: string;
  readonly password?: string;
  /** True: TLS with the certificates that Node knows. */
  readonly tls?: boolean | ConnectionOptions;
  readonly connectTimeout?: number;
  readonly commandTimeout?: number;
  /** How often a command is sent again over a new connection. */
  readonly retries?: number;
}

const DEFAULTS = { connectTimeout: 3_000, commandTimeout: 5_000, retries: 2 };
const RETRY_MS = { first: 50, most: 1_000 };

export const commandTimeoutOf = ({ commandTimeout }: ConnectionSettings): number =>
  commandTimeout ?? DEFAULTS.commandTimeout;

/** What ioredis is told of each connection. */
export function connectionOptions(settings: ConnectionSettings) {
  const commandTimeout = commandTimeoutOf(settings);
  return {
    ...credentials(settings),
    ...tlsOptions(settings.tls),
    connectTimeout: settings.connectTimeout ?? DEFAULTS.connectTimeout,
    commandTimeout,
    // A connection that has been silent this long, though asked, is given up and opened anew.
    socketTimeout: Math.round(commandTimeout * 1.6),
    maxRetriesPerRequest: settings.retries ?? DEFAULTS.retries,
    keepAlive: 30_000,
    connectionName: "lockstep",
  } satisfies CommonRedisOptions & { tls?: ConnectionOptions };
}

export const credentials = ({ username, password }: Pick<ConnectionSettings, "username" | "password">) => ({
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password }),
});

export const tlsOptions = (tls: ConnectionSettings["tls"]): { tls?: ConnectionOptions } =>
  tls === undefined || tls === false ? {} : { tls: tls === true ? {} : tls };

/** Doubles up to a second; the jitter keeps many clients from coming back at one moment. */
export function retryDelay(attempt: number): number {
  const longest = Math.min(RETRY_MS.first * 2 ** (attempt - 1), RETRY_MS.most);
  return Math.round(longest * (0.5 + Math.random() / 2));
}
