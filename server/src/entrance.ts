import type { Cors } from "./cors.js";
import type { Answering, Route } from "./pipeline.js";
import type { Door } from "./requests/door.js";
import type { Yoga } from "./yoga.js";

/** What a request meets, however it comes: the door, then a route, or Yoga. */
export interface Entrance {
  readonly door: Door;
  /** Null: pages of other origins are not let in. */
  readonly cors: Cors | null;
  /** By path, for POST. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly answer: Answering;
  readonly yoga: Yoga;
}
