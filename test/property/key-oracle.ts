import { availableEvents } from "../oracle/available.js";
import type { Event } from "../oracle/events.js";
import type { Answer, OracleFeature, OracleView } from "../oracle/feature.js";
import type { Row, Value } from "../oracle/index.js";
import { belongsTo } from "../oracle/keys.js";
import { compareEvents } from "../oracle/order.js";
import { rowAnswer } from "../oracle/rowAnswer.js";
import { eventsAt } from "../oracle/versions.js";
import { windowAnswer } from "../oracle/windowAnswer.js";

/** One key's events, as a store of a watermark knows them at every instant from there on, and what follows from them. */
export interface KeyOracle {
  readonly history: readonly Event[];
  readonly answer: (feature: OracleFeature, t: bigint) => Answer;
}

/**
 * The oracle's `evaluate` in two steps: the events of a key once, then a feature at an instant. From the watermark on
 * no row becomes known any more, so the first step is the same for every such instant. The test that uses it also asks
 * `evaluate` itself.
 */
export function keyOracles(view: OracleView, rows: Row[], watermark: bigint): (key: Value[]) => KeyOracle {
  const { source, keys, reads } = view;
  const options = { knownAtMost: watermark };
  const events = eventsAt(source, keys, reads, availableEvents(source, rows, watermark, options), watermark);
  return (key) => {
    const history = events
      .filter((event) => belongsTo(source, keys, key, event.row))
      .sort((a, b) => compareEvents(source, reads, a, b));
    return {
      history,
      answer: (feature, t) =>
        feature.kind === "row" ? rowAnswer(view, feature, history, t) : windowAnswer(feature, history, key, t),
    };
  };
}
