import { dirname, resolve } from "node:path";
import { type Duration, durationMicros, type Instant, instant, LockstepError } from "@lockstep/core";
import type { OnlineStoreConfig } from "@lockstep/online";
import { importModule } from "../import-module.js";
import { environmentName } from "./environment-name.js";
import { findConfig } from "./find-config.js";
import { onlineConfig } from "./online-config.js";
import { percentOf } from "./percent.js";
import { type ParsedConfig, type ParsedEnvironment, parseConfig } from "./schema.js";
import { type ServerSettings, serverSettings } from "./server-settings.js";

/** One environment of a configuration, defaults filled in and paths absolute. Secrets are read when they are used. */
export interface ResolvedConfig {
  readonly root: string;
  readonly file: string;
  readonly project: string;
  readonly environment: string;
  readonly featuresFile: string;
  readonly registryPath: string;
  /** Where it is noted what runs have read, whether with a hash of each key's rows, and of how many runs of a view. */
  readonly evidencePath: string;
  readonly evidence: { readonly keys: boolean; readonly keep: number };
  readonly dataRoot: string;
  readonly clock: Instant | null;
  readonly duckdb: { readonly memoryLimit?: string; readonly threads?: number; readonly tempDirectory?: string };
  /** Fails with SECRET_MISSING where a secret is not set. */
  server(): ServerSettings;
  /** The budget in microseconds, keys read a second (null: no limit), and the part of the values that may differ. */
  readonly parity: { readonly budget: number | null; readonly rate: number | null; readonly allow: number };
  /** Fails with SECRET_MISSING where a secret is not set. */
  online(): OnlineStoreConfig;
}

export async function loadConfig(
  options: { readonly cwd?: string; readonly environment?: string } = {},
): Promise<ResolvedConfig> {
  const file = findConfig(options.cwd ?? process.cwd());
  const { default: exported } = await importModule(file, "CONFIG_LOAD");
  if (exported === undefined) {
    throw new LockstepError({
      code: "CONFIG_INVALID",
      place: file,
      what: "it has no default export",
      mend: "write: export default defineConfig({ project: '...' })",
    });
  }
  const config = parseConfig(file, exported);
  const name = environmentName(config, file, options.environment);
  return resolveConfig(file, config, name, config.environments?.[name] ?? {});
}

function resolveConfig(
  file: string,
  config: ParsedConfig,
  environment: string,
  settings: ParsedEnvironment,
): ResolvedConfig {
  const root = dirname(file);
  const at = (path: string) => resolve(root, path);
  const { budget, rate, allow } = config.parity ?? {};
  return {
    root,
    file,
    project: config.project,
    environment,
    featuresFile: at(config.features ?? "features.ts"),
    registryPath: at(settings.registry ?? `.lockstep/${environment}/registry`),
    evidencePath: at(`.lockstep/${environment}/evidence`),
    evidence: { keys: true, keep: 100, ...settings.evidence },
    dataRoot: at(settings.dataRoot ?? "."),
    clock: settings.clock === undefined ? null : instant(settings.clock),
    duckdb: duckdbConfig(settings.duckdb, at),
    server: () => serverSettings(settings.server, at),
    parity: {
      budget: budget === undefined ? null : durationMicros(budget as Duration, "parity.budget"),
      rate: rate ?? null,
      allow: allow === undefined ? 0 : (percentOf(allow) ?? 0),
    },
    online: () => onlineConfig(settings.online, { at, environment }),
  };
}

function duckdbConfig(
  { tempDirectory, ...duckdb }: NonNullable<ParsedEnvironment["duckdb"]> = {},
  at: (path: string) => string,
) {
  return { ...duckdb, ...(tempDirectory === undefined ? {} : { tempDirectory: at(tempDirectory) }) };
}
