import { type CompiledRepo, compileRepo, isLockstepError, LockstepError } from "@lockstep/core";
import { sha256 } from "./sha256.js";

const loaded = new Map<string, Promise<CompiledRepo>>();

/**
 * Runs a bundle's bytes and compiles what they export. The offline side and the server both load what they run here,
 * so that both run the same bytes. The same bytes are loaded once.
 */
export function loadBundle(project: string, bytes: Uint8Array): Promise<CompiledRepo> {
  const hash = sha256(bytes);
  const id = `${project} ${hash}`;
  const known = loaded.get(id);
  if (known) return known;
  const loading = load(project, bytes, hash);
  loaded.set(id, loading);
  loading.catch(() => loaded.delete(id));
  return loading;
}

async function load(project: string, bytes: Uint8Array, hash: string): Promise<CompiledRepo> {
  const exports = Object.values(await run(bytes, hash));
  if (exports.length === 0) {
    throw new LockstepError({
      code: "REPO_EMPTY",
      place: "the feature repo",
      what: "it exports nothing",
      mend: "export its entities, sources, views and services: `export const flights = ...`",
    });
  }
  return compileRepo(project, exports);
}

async function run(bytes: Uint8Array, hash: string): Promise<Readonly<Record<string, unknown>>> {
  const url = `data:text/javascript;base64,${Buffer.from(bytes).toString("base64")}`;
  try {
    return await import(url);
  } catch (cause) {
    // Every line of the stack would quote the whole module.
    if (cause instanceof Error && cause.stack)
      cause.stack = cause.stack.replaceAll(url, `lockstep-bundle-${hash.slice(0, 12)}.mjs`);
    // The bundle has its own copy of core, and so of LockstepError.
    if (isLockstepError(cause)) throw new LockstepError(cause.diagnostics, { cause });
    throw new LockstepError(
      {
        code: "REPO_LOAD",
        place: "the feature repo",
        what: `it failed while it was loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
        mend: "declarations run once, when the repo is loaded: correct what they do there",
      },
      { cause },
    );
  }
}
