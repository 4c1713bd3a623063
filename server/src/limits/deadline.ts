import { byDeadline } from "../time-limit.js";
import { limitError } from "./limit-error.js";

/** The work's result, or LIMIT_TIME where the request has been under way for longer than it may. */
export const beforeDeadline = <T>(work: Promise<T>, startedMs: number, timeMs: number): Promise<T> =>
  byDeadline(startedMs + timeMs, work, () =>
    limitError("LIMIT_TIME", `it took longer than the ${timeMs} ms that it may`),
  );
