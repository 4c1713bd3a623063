import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface TroubledServer {
  readonly url: string;
  /** What the next page posts as its result. */
  result(): Promise<string>;
  close(): void;
}

/** Serves a page that runs a script, and stands before a Lockstep server as something that hangs or is busy once. */
export async function troubledServer(script: string, lockstep: () => string): Promise<TroubledServer> {
  let posted = (_: string): void => {};
  const busy = new Set<string>();
  const answer = async (path: string, request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    if (path === "/")
      return response.setHeader("content-type", "text/html").end(`<script type="module" src="/main.js"></script>`);
    if (path === "/main.js") return response.setHeader("content-type", "text/javascript").end(script);
    if (path === "/hang/graphql") return;
    response.setHeader("content-type", "application/json");
    if (path === "/result") posted(body);
    else if (!busy.has(path)) {
      busy.add(path);
      return response.writeHead(503, { "retry-after": "0" }).end();
    } else {
      const headers = { "content-type": "application/json" };
      const to = path.slice(path.lastIndexOf("/"));
      const reply = await fetch(lockstep() + to, { method: "POST", headers, body });
      return response.end(await reply.text());
    }
    return response.end();
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://any");
    void answer(pathname, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    result: () =>
      new Promise((resolve) => {
        posted = resolve;
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
