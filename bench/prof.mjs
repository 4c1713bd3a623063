import { readFileSync } from "node:fs";
import { Database } from "@lockstep/offline";
import { frameData, sizeAt } from "./dist/frame/data.js";
import { loadPeerLabels, PEER_LABELS } from "./dist/frame/peer.js";

const [, , scale, keys, file] = process.argv;
const db = await Database.open();
const d = await frameData(db, keys, sizeAt(Number(scale)));
await loadPeerLabels(db, d.labels);
const sql = readFileSync(file, "utf8")
  .replaceAll("$EVENTS", `read_parquet('${d.events}')`)
  .replaceAll("$LABELS", PEER_LABELS);
await db.run("PRAGMA enable_profiling='json'");
await db.run("PRAGMA profiling_output='/tmp/p/prof.json'");
await db.run(`CREATE TEMP TABLE x AS ${sql}`);
await db.run("PRAGMA disable_profiling");
const p = JSON.parse(readFileSync("/tmp/p/prof.json", "utf8"));
const walk = (n, depth) => {
  const t = n.operator_timing ?? 0;
  if (t > 0.03 || depth < 2)
    console.log(
      " ".repeat(depth) + (n.operator_name ?? n.query_name?.slice(0, 10) ?? ""),
      t.toFixed(2),
      n.operator_cardinality,
      JSON.stringify(n.extra_info ?? {}).slice(0, 140),
    );
  for (const c of n.children ?? []) walk(c, depth + 1);
};
console.log("latency", p.latency, "cpu", p.cpu_time);
walk(p, 0);
db.close();
