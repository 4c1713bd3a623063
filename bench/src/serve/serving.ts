import cluster from "node:cluster";
import { openOnlineStore } from "@lockstep/online";
import { startServer } from "@lockstep/server";
import { AUTH } from "./api-key.js";
import { readerOf } from "./data.js";
import { PROJECT, repoOf } from "./declarations.js";
import { startPeer } from "./peer-handler.js";
import type { ServingOptions } from "./server-process.js";

// A process that serves until it is ended. Its last line says where.

const options = JSON.parse(process.argv[2] ?? "") as ServingOptions;
const repo = repoOf(() => "-");

async function port(): Promise<number> {
  if (options.side === "peer") {
    const named = repo.views.map(({ name, features }) => ({
      view: name,
      columns: features.map((feature) => `${name}__${feature.name}`),
    }));
    return startPeer(options.url, `lockstep:{${PROJECT}`, named, options.head);
  }
  const { url, secured = false, workers, log } = options;
  const store = await openOnlineStore({ kind: "redis", url }, PROJECT);
  const health = async () => ({
    registry: { ok: true, version: 1 },
    store: { ok: true, kind: "redis" },
    views: [],
  });
  const server = await startServer({
    reader: async (through) => readerOf(through(store), repo),
    repo,
    health,
    auth: secured ? AUTH : "none",
    host: "127.0.0.1",
    port: 0,
    workers,
    servingLog: log,
  });
  return server.port;
}

console.log(JSON.stringify({ port: await port() }));
// The parent holds the other end; a worker has none, and ends with the process that started it.
if (!cluster.isWorker) process.stdin.resume().on("end", () => process.exit(0));
