import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Database } from "@lockstep/offline";
import { runAlone } from "../child.js";
import { startRedis } from "../redis-server.js";
import { fill } from "../serve/data.js";
import { SERVICE } from "../serve/declarations.js";
import { startServing } from "../serve/server-process.js";
import { feastPython } from "./python.js";

// Feast's own SDK against a server of ours: `node bench/dist/feast/remote.js`, or with a Python that has Feast.

type Columns = Readonly<Record<string, readonly unknown[]>>;
interface Told {
  readonly by_name: Columns;
  readonly by_service: Columns;
}

const KEYS = 100;
const ENTITIES = [3, 1, 3, 10 ** 9];

const folder = await mkdtemp(join(tmpdir(), "lockstep-feast-"));
const redis = await startRedis();
const db = await Database.open();
await fill(db, redis.url, KEYS).finally(() => db.close());
const server = await startServing({ side: "ours", url: redis.url });
try {
  const url = `http://127.0.0.1:${server.port}`;
  const python = process.argv[2] ?? (await feastPython((text) => console.error(text)));
  const program = fileURLToPath(new URL("../../feast/remote_store.py", import.meta.url));
  const { told } = await runAlone<Told>(python, [program, url, folder]);
  const expected = await ours(url);
  const { customer_id: _, ...named } = told.by_name;
  for (const [name, values] of Object.entries(named)) same(name, values, expected[name]);
  const { customer_id: keys, ...whole } = told.by_service;
  same("customer_id", keys, ENTITIES);
  for (const [name, values] of Object.entries(expected)) same(name, whole[name], values);
  console.log(
    `Feast's SDK reads ${Object.keys(whole).length} features of ${ENTITIES.length} entities as they are served`,
  );
} finally {
  await server.stop();
  await redis.stop();
  await rm(folder, { recursive: true });
}

async function ours(url: string): Promise<Columns> {
  const body = JSON.stringify({ service: SERVICE, entities: { customer_id: ENTITIES }, form: "columns" });
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/features`, { method: "POST", headers, body });
  return ((await response.json()) as { columns: Columns }).columns;
}

function same(name: string, one: unknown, other: unknown): void {
  if (!isDeepStrictEqual(one, other))
    throw new Error(`${name}: ${JSON.stringify(one)} is not ${JSON.stringify(other)}`);
}
