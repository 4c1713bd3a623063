import { realpath } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Diagnostic, LockstepError } from "@lockstep/core";
import { type BuildFailure, type BuildOptions, type BuildResult, build, type Message } from "esbuild";

export interface ModuleOptions {
  /** Messages name files relative to it. */
  readonly root: string;
  /** The code of errors. */
  readonly code: string;
  /** `neutral`: runs anywhere and imports nothing. `node` may import Node's own modules. */
  readonly platform: "neutral" | "node";
  readonly define?: Readonly<Record<string, string>>;
  readonly banner?: string;
}

/** A module and all that it imports as one ES module. The same files give the same bytes, wherever they lie. */
export async function bundleModule(file: string, options: ModuleOptions): Promise<Uint8Array> {
  const result = await run(file, options);
  const external = Object.values(result.metafile?.outputs ?? {}).flatMap((o) => o.imports.filter((i) => i.external));
  if (options.platform === "neutral" && external.length > 0) {
    throw new LockstepError(external.map(({ path }) => notBundled(options, path)));
  }
  return result.outputFiles?.[0]?.contents ?? new Uint8Array();
}

async function run(file: string, options: ModuleOptions): Promise<BuildResult> {
  try {
    return await build(await buildOptions(file, options));
  } catch (error) {
    const failure = error as Partial<BuildFailure>;
    if (!failure.errors) throw error;
    throw new LockstepError(failure.errors.map((message) => diagnostic(file, options, message)));
  }
}

async function buildOptions(file: string, { root, platform, define, banner }: ModuleOptions): Promise<BuildOptions> {
  // One core for all that is bundled: the one that also compiles it. It need not be installed beside the repo.
  const core = fileURLToPath(import.meta.resolve("@lockstep/core"));
  return {
    entryPoints: [await realpath(file)],
    absWorkingDir: await realpath(root),
    alias: { "@lockstep/core": core, lockstep: core },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform,
    ...(platform === "neutral" ? { mainFields: ["module", "main"] } : {}),
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    // Comments would carry the paths of files.
    minifyWhitespace: true,
    ...(define ? { define: { ...define } } : {}),
    ...(banner ? { banner: { js: banner } } : {}),
  };
}

function diagnostic(file: string, { root, code }: ModuleOptions, { text, location }: Message): Diagnostic {
  const place = location ? `${location.file}:${location.line}:${location.column + 1}` : relative(root, file);
  return { code, place, what: text, mend: mendFor(text) };
}

function mendFor(text: string): string {
  if (/Could not resolve "node:/.test(text)) return "features run in any runtime: leave Node's own modules out";
  return text.startsWith("Could not resolve") ? "correct the path, or install the package" : "correct the code there";
}

const notBundled = ({ code }: ModuleOptions, path: string): Diagnostic => ({
  code,
  place: `'${path}'`,
  what: "it is imported from elsewhere, so it is not in the bundle",
  mend: "import from files or packages on this machine",
});
