import type { WindowFeature } from "./feature.js";
import { defaultHop } from "./window.js";

/** Section 5: the definitions that it refuses. */
export function checkWindow({ name, window, bounds = "[)", offset = 0n }: WindowFeature): void {
  const refuse = (why: string): never => {
    throw new Error(`${name}: ${why}`);
  };
  if (offset < 0n) refuse("a negative offset");
  if (window.shape === "lifetime") return;
  if (window.size <= 0n) refuse("an empty window");
  if (window.shape === "sliding") return;
  if (window.size < 60_000_000n) refuse("a window shorter than 1m must be sliding");
  if (bounds !== "[)" && bounds !== "(]") refuse(`${window.shape} cannot have the bounds ${bounds}`);
  const hop = window.hop ?? defaultHop(window.size);
  if (hop <= 0n || hop > window.size) refuse("the hop must be positive and no longer than the window");
  if (window.shape === "hopping" && window.size % hop !== 0n) refuse("the hop must divide the window");
}
