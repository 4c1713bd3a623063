import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { didYouMean, LockstepError } from "@lockstep/core";
import type { Catalog } from "@lockstep/server";
import { moduleText } from "../codegen/module-text.js";
import type { Command } from "../command.js";
import type { Context } from "../context.js";
import { OK, OUT_OF_DATE } from "../exit-codes.js";
import { printable } from "../printable.js";
import { usage } from "../usage-error.js";

interface CodegenArgs {
  readonly out?: string;
  readonly service?: readonly string[];
  readonly source?: readonly string[];
  readonly url?: string;
  readonly header?: readonly string[];
  readonly local?: boolean;
  readonly check?: boolean;
}

interface Generated {
  readonly services: readonly string[];
  /** Those whose rows may be pushed. */
  readonly sources: readonly string[];
  /** Null: the module is printed. */
  readonly out: string | null;
  /** The file was what it is now before. */
  readonly upToDate: boolean;
  readonly text: string;
}

export const codegen: Command<CodegenArgs, Generated> = {
  name: "codegen",
  summary: "write types of the services and pushes for @lockstep/client",
  description:
    "Writes a TypeScript module that types the client without the feature repo: each service's keys, request fields and features, and the rows of each source that takes pushes. The definitions are those of the applied version, of the working copy before the first apply or with --local, or those that a running server serves.",
  examples: [
    "fs codegen --out src/features.ts",
    "fs codegen --url https://features.example --service flight_delay --out src/features.ts",
    "fs codegen --out src/features.ts --check",
  ],
  declare: (parser) =>
    parser
      .option("--out <file>", "the module to write (default: it is printed)")
      .option("--service <name>", "only what is named, this service; may be given several times", several)
      .option("--source <name>", "only what is named, this source's rows; may be given several times", several)
      .option("--url <url>", "a running server, whose catalog it is")
      .option("--header <header>", "'name: value', sent to that server; may be given several times", several)
      .option("--local", "use the working copy, whatever is applied")
      .option("--check", "write nothing: exit with 5 where the file is not what would be written"),
  run: async (args, context) => {
    if (args.check && args.out === undefined) throw usage("there is no file to check", "name it with --out");
    const { services, sources } = chosen(await catalog(args, context), args);
    const text = moduleText({ services, sources });
    const out = args.out === undefined ? null : resolve(context.cwd, args.out);
    const upToDate = out === null || (await written(out)) === text;
    if (!upToDate && !args.check) {
      await mkdir(dirname(out), { recursive: true });
      await writeFile(out, text);
    }
    return { services: services.map(nameOf), sources: sources.map(nameOf), out: args.out ?? null, upToDate, text };
  },
  render: ({ services, sources, out, upToDate, text }, { colors }, { check }) => {
    if (out === null) return text;
    const path = printable(out);
    const names = [...services, ...sources].join(", ");
    if (upToDate) return `${path} is up to date: ${names}\n`;
    return check ? `${colors.red("out of date")} ${path}: run \`fs codegen\` again\n` : `${path}: ${names}\n`;
  },
  exitCode: ({ upToDate }, { check }) => (check && !upToDate ? OUT_OF_DATE : OK),
};

const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

async function catalog({ url, header = [], local = false }: CodegenArgs, context: Context) {
  if (url !== undefined) return context.services.fetchCatalog(url, headersOf(header), context.io.stop);
  const { repo } = await (await context.store()).definitions({ local });
  return context.services.catalogOf(repo);
}

const headersOf = (headers: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    headers.map((header) => {
      const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(header) ?? [];
      if (name === undefined || value === undefined) {
        throw usage("a --header has not the form 'name: value'", "write --header 'authorization: Bearer ...'");
      }
      return [name, value];
    }),
  );

const nameOf = ({ name }: { readonly name: string }): string => name;

/** All, or what is named. */
function chosen({ services, sources }: Catalog, { service, source }: CodegenArgs): Catalog {
  if (!service && !source) return { services, sources };
  return {
    services: named(services, service, { code: "SERVICE_UNKNOWN", what: "feature service" }),
    sources: named(sources, source, { code: "SOURCE_UNKNOWN", what: "source that takes pushes called" }),
  };
}

function named<T extends { readonly name: string }>(
  all: readonly T[],
  wanted: readonly string[] = [],
  { code, what }: { readonly code: string; readonly what: string },
): readonly T[] {
  const names = all.map(nameOf);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown === undefined) return all.filter(({ name }) => wanted.includes(name));
  throw new LockstepError({
    code,
    what: `there is no ${what} '${unknown}'${didYouMean(unknown, names)}`,
    mend: names.length > 0 ? `it is one of ${names.join(", ")}` : "none is applied yet",
  });
}

const written = (path: string): Promise<string | null> =>
  readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
