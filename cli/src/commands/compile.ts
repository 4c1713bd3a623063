import type { Command } from "../command.js";

interface Compiled {
  readonly service: string;
  readonly sql: string;
}

export const compile: Command<{ readonly service: string }, Compiled> = {
  name: "compile",
  summary: "print the SQL of a service's training frame",
  description: "Prints the DuckDB query that computes a service's training frame, with placeholders for the labels.",
  examples: ["fs compile flight_delay"],
  declare: (parser) => parser.argument("<service>", "a feature service"),
  run: async ({ service }, context) => ({ service, sql: await (await context.store()).compile(service) }),
  render: ({ sql }) => `${sql.trimEnd()}\n`,
};
