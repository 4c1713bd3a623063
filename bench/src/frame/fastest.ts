import type { Database, Frame } from "@lockstep/offline";
import type { FrameData } from "./data.js";
import { querySeconds } from "./ours.js";
import { dropPeerLabels, loadPeerLabels, PEER_LABELS, tryPeer } from "./peer.js";
import type { PeerData, PeerWay } from "./peer-way.js";

/** A way this much slower than the best so far is given up. */
const GIVE_UP = { times: 8, seconds: 5 };
/** A way within this many times the best is tried again. */
const NEAR = 1.6;

/**
 * The fastest of the ways whose rows are our frame's. Making our frame first warms the files up; ways near the best are
 * tried once more, for a first try can be unlucky.
 */
export async function fastest(
  db: Database,
  ways: readonly PeerWay[],
  ours: Frame,
  files: FrameData & Pick<PeerData, "known">,
  progress: (text: string) => void,
): Promise<PeerWay> {
  const data: PeerData = { ...files, labels: PEER_LABELS };
  await loadPeerLabels(db, files.labels);
  const seconds = new Map<PeerWay, number>();
  const refused: string[] = [];
  const best = (): number => Math.min(...seconds.values());
  const attempt = async (way: PeerWay): Promise<void> => {
    const limit = Math.max(GIVE_UP.seconds, Math.min(best(), querySeconds(ours)) * GIVE_UP.times);
    const tried = await tryPeer(db, way, data, ours, limit);
    if (!tried) progress(`  peer '${way.name}': given up after ${limit.toFixed(1)} s`);
    else if (tried.difference !== null) {
      refused.push(`'${way.name}' differs: ${tried.difference}`);
      progress(`  peer ${refused.at(-1)}`);
    } else {
      seconds.set(way, Math.min(tried.seconds, seconds.get(way) ?? Number.POSITIVE_INFINITY));
      progress(`  peer '${way.name}': ${tried.seconds.toFixed(3)} s, the same rows`);
    }
  };
  for (const way of ways) await attempt(way);
  for (const [way, taken] of [...seconds]) if (taken <= best() * NEAR) await attempt(way);
  await dropPeerLabels(db);
  const [first] = [...seconds].toSorted((a, b) => a[1] - b[1]);
  if (!first) throw new Error(`no peer gives our rows: ${refused.join("; ")}`);
  progress(`  the peer is '${first[0].name}'`);
  return first[0];
}
