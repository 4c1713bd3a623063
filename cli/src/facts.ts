import type { Style } from "./style.js";
import { padEnd, textWidth } from "./text-width.js";

export type Fact = readonly [label: string, text: string];

/** Labels and texts, a line each, the texts aligned. */
export function facts(list: readonly Fact[], { colors }: Style): string {
  const width = Math.max(0, ...list.map(([label]) => textWidth(label)));
  return list
    .map(([label, text]) => `${colors.dim(padEnd(label, width))}  ${text}`.trimEnd())
    .map((l) => `${l}\n`)
    .join("");
}
