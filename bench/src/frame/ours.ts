import { type Database, type Frame, localSources, trainingFrame } from "@lockstep/offline";
import { timed } from "../measure.js";
import type { FrameData, Known } from "./data.js";
import { declare, type Features } from "./declarations.js";

/** Makes our frame over the events and labels of some files. */
export function makeFrame(db: Database, features: Features, known: Known, data: FrameData): Promise<Frame> {
  const { repo, computations, service } = declare(features, data.events, known);
  const context = { db, repo, computations, sources: localSources("/") };
  return trainingFrame(context, service, { labels: data.labels, timestamp: "ts" });
}

/** In seconds: the query with the measuring before it, the whole call, and handing the frame over as Arrow. */
export async function runOurs(
  db: Database,
  features: Features,
  known: Known,
  data: FrameData,
): Promise<Record<"query" | "whole" | "arrow", number>> {
  const { seconds: whole, result } = await timed(() => makeFrame(db, features, known, data));
  const { seconds: arrow } = await timed(() => result.arrow());
  await result.close();
  return { query: querySeconds(result), whole, arrow };
}

/** What ours takes beyond loading the labels: measuring how the events lie, and the query. */
export const querySeconds = ({ times }: Frame): number => (times.plan + times.query) / 1000;
