import type { FeatureStore, Frame } from "lockstep";
import { naiveDelay } from "./leaky.js";
import { dim, say } from "./steps.js";

/** Why knownAt matters: how well one feature seems to predict the label when it may see what nobody knew yet. */
export async function leakage(store: FeatureStore, frame: Frame, labels: string): Promise<void> {
  const naive = await store.trainingFrame(naiveDelay, { labels, timestamp: "scheduled" });
  const [late, flights] = ["naive_delays__late_3h", "naive_delays__flights_3h"];
  const [seen] = await naive.query(
    `SELECT corr(${late} / ${flights}, late::INT) AS all_events,
       corr((${late} - late::INT) / nullif(${flights} - 1, 0), late::INT) AS without_own FROM frame`,
  );
  const [known] = await frame.query("SELECT corr(origin_delays__late_share_3h, late::INT) AS heeded FROM frame");
  await naive.close();
  const show = (value: unknown) => Number(value).toFixed(3);
  say("   correlation of the origin's share of late flights over 3 h with the label:");
  say(`     ${show(seen?.["all_events"])}  joining all events up to the label's instant`);
  say(`     ${show(seen?.["without_own"])}  the same without the label's own flight`);
  say(`     ${show(known?.["heeded"])}  heeding knownAt: only flights that had landed`);
  say(
    dim(
      "   The difference is leakage: delays that nobody knew yet. A model trained on it cannot have it when serving.",
    ),
  );
}
