import { existsSync } from "node:fs";
import { type Computations, LockstepError, type RepoIR } from "@lockstep/core";
import { loadBundle } from "@lockstep/registry";
import { bundleRepo } from "./bundle.js";
import type { ResolvedConfig } from "./config/index.js";

/** The working copy's declarations, gone the same way as those that are applied: bundled, run and compiled. */
export interface LocalRepo {
  readonly repo: RepoIR;
  readonly computations: Computations;
  readonly bundle: Uint8Array;
}

export async function compileLocal(config: ResolvedConfig): Promise<LocalRepo> {
  if (!existsSync(config.featuresFile)) {
    throw new LockstepError({
      code: "FEATURES_MISSING",
      place: config.file,
      what: `there is no file ${config.featuresFile}`,
      mend: "name the module of your declarations: features: 'features.ts'",
    });
  }
  const bundle = await bundleRepo(config.featuresFile, config.root);
  const { ir, computations } = await loadBundle(config.project, bundle);
  return { repo: ir, computations, bundle };
}
