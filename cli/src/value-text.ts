import type { Wire } from "@lockstep/core";
import { printable } from "./printable.js";
import type { Style } from "./style.js";

/** A value for people: floats as JavaScript prints them, instants in ISO 8601, null dimmed. */
export function valueText(value: Wire, { colors }: Pick<Style, "colors">): string {
  if (value === null) return colors.dim("null");
  if (typeof value === "string") return printable(value);
  return typeof value === "object" ? printable(JSON.stringify(value)) : String(value);
}

/** An instant without the six zeros of a whole second. */
export const instantText = (iso: string): string => iso.replace(/\.0+Z$/, "Z");

/** To the second, where the rest doesn't matter to people. */
export const secondText = (iso: string): string => iso.replace(/\.\d+Z$/, "Z");
