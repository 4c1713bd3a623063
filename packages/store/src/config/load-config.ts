import { dirname, resolve } from "node:path";
import { didYouMean, type Instant, instant, LockstepError } from "@lockstep/core";
import type { OnlineStoreConfig } from "@lockstep/online";
import { importModule } from "../import-module.js";
import { findConfig } from "./find-config.js";
import { type ParsedConfig, type ParsedEnvironment, parseConfig } from "./schema.js";

/** One environment of a configuration, defaults filled in and paths absolute. Secrets are read when they are used. */
export interface ResolvedConfig {
  readonly root: string;
  readonly file: string;
  readonly project: string;
  readonly environment: string;
  readonly featuresFile: string;
  readonly registryPath: string;
  readonly dataRoot: string;
  readonly clock: Instant | null;
  readonly duckdb: { readonly memoryLimit?: string; readonly threads?: number };
  readonly server: { readonly host: string; readonly port: number };
  online(): OnlineStoreConfig;
}

const DEFAULT_PORT = 6571;

export async function loadConfig(
  options: { readonly cwd?: string; readonly environment?: string } = {},
): Promise<ResolvedConfig> {
  const file = findConfig(options.cwd ?? process.cwd());
  const exported = (await importModule(file)) as { default?: unknown };
  if (exported.default === undefined) {
    throw new LockstepError({
      code: "CONFIG_INVALID",
      place: file,
      what: "it has no default export",
      mend: "write: export default defineConfig({ project: '...' })",
    });
  }
  const config = parseConfig(file, exported.default);
  const name = environmentName(config, file, options.environment);
  return resolveConfig(file, config, name, config.environments?.[name] ?? {});
}

function environmentName(config: ParsedConfig, file: string, asked: string | undefined): string {
  const names = Object.keys(config.environments ?? {});
  const name =
    asked ??
    process.env["LOCKSTEP_ENV"] ??
    config.defaultEnvironment ??
    (names.length === 1 ? names[0] : undefined) ??
    "dev";
  if (names.length === 0 || names.includes(name)) return name;
  throw new LockstepError({
    code: "ENVIRONMENT_UNKNOWN",
    place: file,
    what: `there is no environment '${name}'${didYouMean(name, names)}`,
    mend: `choose one of ${names.join(", ")} with --env or LOCKSTEP_ENV`,
  });
}

function resolveConfig(
  file: string,
  config: ParsedConfig,
  environment: string,
  settings: ParsedEnvironment,
): ResolvedConfig {
  const root = dirname(file);
  const at = (path: string) => resolve(root, path);
  return {
    root,
    file,
    project: config.project,
    environment,
    featuresFile: at(config.features ?? "features.ts"),
    registryPath: at(settings.registry ?? ".lockstep/registry"),
    dataRoot: at(settings.dataRoot ?? "."),
    clock: settings.clock === undefined ? null : instant(settings.clock),
    duckdb: {
      ...(settings.duckdb?.memoryLimit === undefined ? {} : { memoryLimit: settings.duckdb.memoryLimit }),
      ...(settings.duckdb?.threads === undefined ? {} : { threads: settings.duckdb.threads }),
    },
    server: { host: settings.server?.host ?? "127.0.0.1", port: settings.server?.port ?? DEFAULT_PORT },
    online: () => onlineConfig(settings.online, at),
  };
}

function onlineConfig(online: ParsedEnvironment["online"], at: (path: string) => string): OnlineStoreConfig {
  if (online === undefined || online.kind === "lmdb")
    return { kind: "lmdb", path: at(online?.path ?? ".lockstep/online") };
  return {
    kind: "redis",
    url: secret(online.url ?? "redis://127.0.0.1:6379"),
    ...(online.keyPrefix === undefined ? {} : { keyPrefix: online.keyPrefix }),
  };
}

function secret(value: string | { readonly env: string }): string {
  if (typeof value === "string") return value;
  const found = process.env[value.env];
  if (found !== undefined && found !== "") return found;
  throw new LockstepError({
    code: "SECRET_MISSING",
    place: `environment variable ${value.env}`,
    what: "the configuration needs it, and it is not set",
    mend: `set ${value.env} in the process environment`,
  });
}
