import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LockstepError } from "@lockstep/core";
import { createHandler, type HandlerOptions } from "./handler.js";
import { buildSchema } from "./schema.js";

export interface ServerOptions extends HandlerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** How long `close` waits for requests under way. Default: 10 s. */
  readonly graceMs?: number;
}

export interface RunningServer {
  /** `http://host:port`: `/graphql`, `/healthz` and `/readyz` lie below. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, waits for requests under way, then ends the rest. */
  close(): Promise<void>;
}

/** Serves feature services over HTTP. A schema that can't be built fails here, before anything listens. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  if (typeof options.repo === "function") buildSchema(await options.repo());
  let closing: Promise<void> | undefined;
  const health = async () => {
    if (closing) throw new Error("the server is stopping");
    return options.health();
  };
  const server = createServer(createHandler({ ...options, health }));
  // Longer than the idle time of usual load balancers, so that it is they who close a connection.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 15_000;
  server.requestTimeout = 30_000;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
    port,
    close: () => (closing ??= stop(server, options.graceMs ?? 10_000)),
  };
}

function listen(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        new LockstepError(
          {
            code: "LISTEN_FAILED",
            place: `${host}:${port}`,
            what: `the server can't listen there (${cause.code ?? cause.message})`,
            mend: cause.code === "EADDRINUSE" ? "stop what listens there, or give another port" : "give another host",
          },
          { cause },
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}

function stop(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A connection that is kept alive becomes idle when its answer is out, and nobody else closes it then.
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    const limit = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(limit);
      resolve();
    });
  });
}
