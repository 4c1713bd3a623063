import { connect, createServer, type Server, type Socket } from "node:net";

/** How a network fails: bytes wait (and arrive late, once it is mended), nobody listens, or connections are reset. */
export type Cut = "silent" | "refusing" | "resetting";

export interface TcpProxy {
  readonly port: number;
  cut(how: Cut): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** Stands between a client and a port of this machine, and can be cut off. */
export async function tcpProxy(to: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let cut: Cut | null = null;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
    return socket;
  };
  const accept = (client: Socket): void => {
    keep(client);
    if (cut === "resetting") {
      client.resetAndDestroy();
      return;
    }
    const server = keep(connect(to, "127.0.0.1"));
    client.pipe(server);
    server.pipe(client);
    client.once("close", () => server.destroy());
    server.once("close", () => client.destroy());
    if (cut === "silent") for (const socket of [client, server]) silence(socket);
  };
  let listening = await listen(0, accept);
  const { port } = listening.address() as { port: number };
  const stop = () => new Promise<void>((resolve) => listening.close(() => resolve()));
  return {
    port,
    cut: async (how) => {
      cut = how;
      const closed = how === "refusing" ? stop() : undefined;
      for (const socket of sockets) {
        if (how === "silent") silence(socket);
        else socket.resetAndDestroy();
      }
      await closed;
    },
    mend: async () => {
      const before = cut;
      cut = null;
      if (before === "refusing") listening = await listen(port, accept);
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      const closed = stop();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** What arrives waits here. A pipe would start it again as soon as the other side has room. */
function silence(socket: Socket): void {
  socket.pause();
}

function listen(port: number, accept: (client: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ allowHalfOpen: false }, accept);
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
