import { type Event, readEvents } from "./events.js";
import type { OracleSource, Row } from "./source.js";

export interface Options {
  /** Section 8's watermark T: only the source's rows with knownAt <= T exist. */
  knownAtMost?: bigint;
  /** Section 8: rows with T < knownAt <= t count too. */
  pushed?: Row[];
}

/** The rows that a store may read at `t`; `knownAt <= t` is left to section 2. */
export function availableEvents(source: OracleSource, rows: Row[], t: bigint, options: Options): Event[] {
  const { knownAtMost: watermark, pushed = [] } = options;
  const batch = readEvents(source, rows);
  if (watermark === undefined) {
    if (pushed.length > 0) throw new Error("pushed rows need a watermark");
    return batch;
  }
  if (t < watermark) throw new Error("BEFORE_WATERMARK");
  if (pushed.length > 0 && source.id === undefined) throw new Error("a push needs the source to declare id");
  return [
    ...batch.filter((event) => event.knownAt <= watermark),
    ...readEvents(source, pushed).filter((event) => event.knownAt > watermark),
  ];
}
