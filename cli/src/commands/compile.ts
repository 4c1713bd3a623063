import type { Command } from "../command.js";

interface CompileArgs {
  readonly service: string;
  readonly local?: boolean;
}

interface Compiled {
  readonly service: string;
  /** The applied version that was compiled; null: the working copy. */
  readonly version: number | null;
  readonly sql: string;
}

export const compile: Command<CompileArgs, Compiled> = {
  name: "compile",
  summary: "print the SQL of a service's training frame",
  description:
    "Prints the DuckDB query that computes a service's training frame, with placeholders for the labels. The definitions are those of the applied version; before the first apply, or with --local, those of the working copy.",
  examples: ["fs compile flight_delay", "fs compile flight_delay --local"],
  declare: (parser) =>
    parser.argument("<service>", "a feature service").option("--local", "use the working copy, whatever is applied"),
  run: async ({ service, local = false }, context) => {
    const store = await context.store();
    const { version } = await store.definitions({ local });
    return { service, version, sql: await store.compile(service, { local }) };
  },
  render: ({ sql }) => `${sql.trimEnd()}\n`,
};
