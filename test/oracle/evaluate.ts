import { availableEvents, type Options } from "./available.js";
import type { Answer, OracleView } from "./feature.js";
import { belongsTo, checkKey } from "./keys.js";
import { compareEvents } from "./order.js";
import { rowAnswer } from "./rowAnswer.js";
import { checkSource, columnType, type Row } from "./source.js";
import type { Value } from "./values.js";
import { eventsAt } from "./versions.js";
import { windowAnswer } from "./windowAnswer.js";

export function evaluate(
  view: OracleView,
  rows: Row[],
  key: Value[],
  t: bigint,
  options: Options = {},
): Record<string, Answer> {
  const { source, reads } = view;
  checkSource(source);
  for (const name of reads) columnType(source, name);
  checkKey(source, view.keys, key);
  const history = eventsAt(source, view.keys, reads, availableEvents(source, rows, t, options), t)
    .filter((event) => belongsTo(source, view.keys, key, event.row))
    .sort((a, b) => compareEvents(source, reads, a, b));
  return Object.fromEntries(
    view.features.map((feature) => [
      feature.name,
      feature.kind === "row" ? rowAnswer(view, feature, history, t) : windowAnswer(feature, history, key, t),
    ]),
  );
}
