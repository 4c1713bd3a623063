import { Database } from "@lockstep/offline";
import { frameData, sizeAt } from "./dist/frame/data.js";
import { CASES } from "./dist/frame/cases.js";
import * as ours from "./dist/frame/ours.js";
import { readFileSync, writeFileSync } from "node:fs";
const [,, scale, name] = process.argv;
const db = await Database.open();
const c = CASES.find(c => c.name === name);
const d = await frameData(db, c, sizeAt(Number(scale)));
for (let i=0;i<2;i++){ const f = await ours.makeFrame(db, c.features, c.known, d); console.log(f.times); if (i==1) { writeFileSync("/tmp/p/last.sql", f.sql); 
await db.run("PRAGMA enable_profiling='json'"); await db.run("PRAGMA profiling_output='/tmp/p/prof.json'");
await db.run(`CREATE OR REPLACE TEMP TABLE xx AS ${f.sql}`); await db.run("PRAGMA disable_profiling");
const p = JSON.parse(readFileSync("/tmp/p/prof.json","utf8"));
const walk = (n, depth) => { const t = n.operator_timing ?? 0; if (t > p.cpu_time*0.015) console.log(" ".repeat(depth) + (n.operator_name ?? ""), t.toFixed(3), n.operator_cardinality, JSON.stringify(n.extra_info ?? {}).slice(0,170)); for (const c of n.children ?? []) walk(c, depth + 1); };
console.log("latency", p.latency, "cpu", p.cpu_time); walk(p, 0); } await f.close(); }
db.close();
