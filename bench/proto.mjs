import { readFileSync } from "node:fs";
import { Database } from "@lockstep/offline";
import { frameData, sizeAt } from "./dist/frame/data.js";
import { loadPeerLabels, PEER_LABELS } from "./dist/frame/peer.js";
import { LATE_ROW_PEERS, ROW_PEERS } from "./dist/frame/row-peers.js";
import { LATE_WINDOW_PEERS, WINDOW_PEERS } from "./dist/frame/window-peers.js";

const [, , scale, keys, which, known, ...files] = process.argv;
const db = await Database.open();
const t0 = performance.now();
const d = await frameData(db, keys, sizeAt(Number(scale)));
console.log("data", ((performance.now() - t0) / 1000).toFixed(1));
await loadPeerLabels(db, d.labels);
const data = { events: d.events, labels: PEER_LABELS, known };
const peers =
  which === "rows"
    ? known === "later"
      ? LATE_ROW_PEERS
      : ROW_PEERS
    : known === "later"
      ? LATE_WINDOW_PEERS
      : WINDOW_PEERS;
const runs = [
  ...peers.slice(0, Number(process.env.PEERS ?? 5)).map((p) => [p.name, p.sql(data)]),
  ...files.map((f) => [
    f,
    readFileSync(f, "utf8").replaceAll("$EVENTS", `read_parquet('${d.events}')`).replaceAll("$LABELS", PEER_LABELS),
  ]),
];
for (let r = 0; r < Number(process.env.ROUNDS ?? 2); r++)
  for (const [name, sql] of runs) {
    const s = performance.now();
    await db.run(`CREATE TEMP TABLE x AS ${sql}`);
    const sec = (performance.now() - s) / 1000;
    const cols = (await db.rows("DESCRIBE x")).map((c) => c.column_name);
    const [h] = await db.rows(
      `SELECT sum(hash(${cols.map((c) => `"${c}"`).join(",")})::HUGEINT)::VARCHAR AS h, count(*) n FROM x`,
    );
    console.log(name.padEnd(60), sec.toFixed(3), h.n, h.h);
    await db.run("DROP TABLE x");
  }
db.close();
