import type { Database, Frame } from "@lockstep/offline";
import { timed } from "../measure.js";
import { difference } from "./agree.js";
import type { FrameData } from "./data.js";
import type { PeerData, PeerWay } from "./peer-way.js";

const TABLE = "peer_frame";
export const PEER_LABELS = "peer_labels";

/** Loads the labels as ours are loaded: with their place, before the query. */
export async function loadPeerLabels(db: Database, labels: string): Promise<void> {
  await db.run(
    `CREATE TEMP TABLE ${PEER_LABELS} AS SELECT row_number() OVER () - 1 AS rn, * FROM read_parquet('${labels.replaceAll("'", "''")}')`,
  );
}

export const dropPeerLabels = (db: Database): Promise<void> => db.run(`DROP TABLE ${PEER_LABELS}`);

/** Makes the peer's frame and gives the seconds of its query. */
async function runPeer(db: Database, way: PeerWay, data: PeerData): Promise<number> {
  const { seconds } = await timed(() => db.run(`CREATE TEMP TABLE ${TABLE} AS ${way.sql(data)}`));
  return seconds;
}

/** In seconds: the peer's query, and the same with loading the labels. */
export async function timedPeer(
  db: Database,
  way: PeerWay,
  { events, labels, known }: FrameData & Pick<PeerData, "known">,
): Promise<Record<"query" | "whole", number>> {
  const { seconds: whole, result: query } = await timed(async () => {
    await loadPeerLabels(db, labels);
    return runPeer(db, way, { events, labels: PEER_LABELS, known });
  });
  await dropPeer(db);
  await dropPeerLabels(db);
  return { query, whole };
}

const dropPeer = (db: Database): Promise<void> => db.run(`DROP TABLE IF EXISTS ${TABLE}`);

/** Runs a way, and checks that its rows are the frame's. Null: it was given up after `limit` seconds. */
export async function tryPeer(
  db: Database,
  way: PeerWay,
  data: PeerData,
  frame: Frame,
  limit: number,
): Promise<{ readonly seconds: number; readonly difference: string | null } | null> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    db.connection.interrupt();
  }, limit * 1000);
  try {
    const seconds = await runPeer(db, way, data);
    clearTimeout(timer);
    return { seconds, difference: await difference(db, frame, TABLE) };
  } catch (error) {
    if (late) return null;
    throw new Error(`the peer '${way.name}' fails: ${causes(error)}`);
  } finally {
    clearTimeout(timer);
    await dropPeer(db);
  }
}

function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${causes(error.cause)}`;
}
