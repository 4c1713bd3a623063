import { formatInstant } from "@lockstep/core";
import type { Command } from "../command.js";
import { exampleCurl, exampleQuery } from "../example-query.js";
import { instantText } from "../value-text.js";
import { wholeNumber } from "../whole-number.js";

/** A look at the registry costs as much as a read. */
const LOOK_EVERY_MS = 100;

interface ServeArgs {
  readonly host?: string;
  readonly port?: number;
  readonly workers?: number;
  readonly graphiql?: boolean;
}

interface Serving {
  readonly url: string;
  readonly environment: string;
  readonly version: number;
  readonly services: readonly string[];
  /** A command that asks the first service. */
  readonly example: string | null;
}

export const serve: Command<ServeArgs, Serving> = {
  name: "serve",
  summary: "answer feature services over GraphQL",
  description:
    "Serves the applied version's feature services from the online store, at /graphql and /features, with /healthz, /readyz and /metrics beside it. Runs until it is stopped; requests under way are answered first.",
  examples: ["fs serve", "fs serve --env prod --host 0.0.0.0 --port 8080 --workers 4"],
  declare: (parser) =>
    parser
      .option("--host <host>", "where to listen (default: the environment's, else 127.0.0.1)")
      .option(
        "--port <port>",
        "0 is any that is free (default: the environment's, else 6571)",
        wholeNumber("--port", 0, 65_535),
      )
      .option(
        "--workers <count>",
        "how many processes share the port (default: the environment's, else 1)",
        wholeNumber("--workers", 1, 256),
      )
      .option("--graphiql", "serve GraphiQL, to try queries in a browser"),
  run: async (args, { io, services, store: open, atEnd }) => {
    const store = await open();
    const { repo, version } = await store.served();
    const { host, port, workers, push, ...settings } = await store.serverSettings();
    const server = await services.startServer({
      ...settings,
      reader: (through) => store.reader({ through }),
      pusher: push ? (through) => store.pusher({ through }) : undefined,
      repo: store.serving({ lookEveryMs: LOOK_EVERY_MS }),
      health: () => store.health(),
      host: args.host ?? host,
      port: args.port ?? port,
      workers: args.workers ?? workers,
      development: args.graphiql ?? false,
      log: (line) => io.stderr.write(`${line}\n`),
    });
    atEnd(() => server.close());
    const [first] = repo.services;
    const query = first ? exampleQuery(repo, first, instantText(formatInstant(store.now()))) : null;
    return {
      url: server.url,
      environment: store.environment,
      version,
      services: repo.services.map((s) => s.name),
      example: query === null ? null : exampleCurl(server.url, query),
    };
  },
  render: ({ url, environment, version, services, example }, { colors }) =>
    [
      `Serving version ${version} of environment ${environment} at ${colors.bold(`${url}/graphql`)}: ${services.join(", ")}`,
      ...(example === null ? [] : ["", "Try:", `  ${example}`]),
      "",
      colors.dim("Ctrl-C stops it."),
    ]
      .map((line) => `${line}\n`)
      .join(""),
  stays: true,
};
