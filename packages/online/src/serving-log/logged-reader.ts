import type { FeatureReader } from "../answer.js";
import type { TracedAnswer } from "./encode-record.js";
import type { ServingLog } from "./serving-log.js";

/** The reader's answers, of which a sample goes to the log. `clock`: this machine's own, in milliseconds. */
export function loggedReader(reader: FeatureReader, log: ServingLog, clock: () => number = Date.now): FeatureReader {
  return {
    read: async (service, rows, options) => {
      const answer = await reader.read(service, rows, options);
      if (answer.origin && log.wanted()) {
        log.add(answer as TracedAnswer, {
          requestId: options?.requestId ?? "",
          at: options?.at !== undefined,
          wall: clock(),
        });
      }
      return answer;
    },
  };
}
