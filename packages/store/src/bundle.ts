import { basename, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Diagnostic, LockstepError } from "@lockstep/core";
import { type BuildFailure, build, type Message } from "esbuild";

/** What an on-demand function may not use: it would differ between two runs, or between training and serving. */
const REFUSED = [
  "Date",
  "Math.random",
  "performance",
  "fetch",
  "Intl",
  "process",
  "crypto",
  "setTimeout",
  "setInterval",
  "XMLHttpRequest",
  "WebSocket",
];

/** Stands in the bundle for every free use of a refused name, and throws when it is really used. */
const refusal = (name: string) => `__lockstep_refused_${name.replace(".", "_")}`;
const BANNER = REFUSED.map((name) => {
  const text = `${name} is refused in a feature repo: two runs could differ. Compute from the request, the features and t alone`;
  return `const ${refusal(name)} = /* @__PURE__ */ new Proxy(function () {}, { get(_, k) { if (typeof k === "symbol") return undefined; throw new Error(${JSON.stringify(text)}); }, apply() { throw new Error(${JSON.stringify(text)}); }, construct() { throw new Error(${JSON.stringify(text)}); } });`;
}).join("\n");

/**
 * Bundles a feature repo into one module with everything it imports. The same files give the same bytes wherever they
 * lie; the bytes' hash is what is recorded and what the server runs.
 */
export function bundleRepo(file: string, root: string): Promise<Uint8Array> {
  return bundleModule(file, {
    root,
    define: Object.fromEntries(REFUSED.map((name) => [name, refusal(name)])),
    banner: BANNER,
  });
}

interface BundleOptions {
  readonly root: string;
  readonly define?: Readonly<Record<string, string>>;
  readonly banner?: string;
}

export async function bundleModule(file: string, options: BundleOptions): Promise<Uint8Array> {
  try {
    const result = await build({
      entryPoints: [file],
      absWorkingDir: options.root,
      bundle: true,
      write: false,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      conditions: ["import", "default"],
      target: "es2022",
      charset: "utf8",
      legalComments: "none",
      logLevel: "silent",
      // Whitespace carries the paths of files in comments: without it the bytes do not depend on where the repo lies.
      minifyWhitespace: true,
      // A repo outside of a workspace finds the packages that this one was installed with.
      nodePaths: [
        fileURLToPath(new URL("../node_modules", import.meta.url)),
        fileURLToPath(new URL("../../..", import.meta.url)),
      ],
      ...(options.define ? { define: { ...options.define } } : {}),
      ...(options.banner ? { banner: { js: options.banner } } : {}),
    });
    return result.outputFiles[0]?.contents ?? new Uint8Array();
  } catch (error) {
    const failure = error as Partial<BuildFailure>;
    if (!failure.errors) throw error;
    throw new LockstepError(failure.errors.map((message) => diagnostic(file, options.root, message)));
  }
}

function diagnostic(file: string, root: string, { text, location }: Message): Diagnostic {
  const place = location
    ? `${location.file}:${location.line}:${location.column + 1}`
    : relative(root, file) || basename(file);
  return { code: "REPO_BUNDLE", place, what: text, mend: "mend the module; an editor with TypeScript shows more" };
}
