import { openOnlineStore } from "@lockstep/online";
import { startServer } from "@lockstep/server";
import { readerOf } from "./data.js";
import { PROJECT, repoOf } from "./declarations.js";
import { startPeer } from "./peer-handler.js";

// A process that serves until it is ended. Its last line says where.

const [side = "", url = "", head = "", folder = "", sample = "0"] = process.argv.slice(2);
const repo = repoOf(() => "-");

async function port(): Promise<number> {
  if (side === "peer") {
    const named = repo.views.map(({ name, features }) => ({
      view: name,
      columns: features.map((feature) => `${name}__${feature.name}`),
    }));
    return startPeer(url, `lockstep:{${PROJECT.length}:${PROJECT}/`, named, head);
  }
  const store = await openOnlineStore({ kind: "redis", url }, PROJECT);
  const reader = readerOf(store, repo);
  const health = async () => ({
    registry: { ok: true, version: 1 },
    store: { ok: true, kind: "redis" },
    views: [],
  });
  const logging = folder === "" ? {} : { servingLog: { folder, sample: Number(sample) } };
  return (await startServer({ reader, repo, health, host: "127.0.0.1", port: 0, ...logging })).port;
}

console.log(JSON.stringify({ port: await port() }));
// The parent holds the other end.
process.stdin.resume().on("end", () => process.exit(0));
