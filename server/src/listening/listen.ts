import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LockstepError } from "@lockstep/core";

/** Gives the port. */
export function listen(server: Server, host: string, port: number): Promise<number> {
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
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Stops accepting, waits for the requests under way, then ends the rest. */
export function drain(server: Server, graceMs: number): Promise<void> {
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
