// One step in a process of its own, `child.js STEP EVENTS LABELS [PEER]`, which tells its figures as its last line:
// `check` finds the fastest peer whose rows are ours, `ours` and `peer` measure.
import { Database } from "@lockstep/offline";
import { fastest } from "../frame/fastest.js";
import { makeFrame, runOurs } from "../frame/ours.js";
import { timedPeer } from "../frame/peer.js";
import { BIG_ROW_PEERS } from "../frame/row-peers.js";
import { peakMemory } from "../peak-memory.js";
import { type Checked, MEMORY_LIMIT, type Measured } from "./step.js";

const [step = "", events = "", labels = "", peer] = process.argv.slice(2);
const data = { events, labels, known: "at once" } as const;

const STEPS: Readonly<Record<string, (db: Database) => Promise<Checked | Measured>>> = {
  check: async (db) => {
    const frame = await makeFrame(db, "latest", data.known, data);
    const way = await fastest(db, BIG_ROW_PEERS, frame, data, (text) => console.error(text));
    return { peer: way.name };
  },
  ours: async (db) => {
    const { query, whole } = await runOurs(db, "latest", data.known, data);
    return { query, whole, peak: peakMemory() };
  },
  peer: async (db) => {
    const way = BIG_ROW_PEERS.find((w) => w.name === peer);
    if (!way) throw new Error(`there is no peer '${peer}'`);
    return { ...(await timedPeer(db, way, data)), peak: peakMemory() };
  },
};

const db = await Database.open({ memoryLimit: MEMORY_LIMIT });
const told = await STEPS[step]?.(db);
db.close();
console.log(JSON.stringify(told));
